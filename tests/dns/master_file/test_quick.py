"""The short way gives what dnspython gives, or nothing."""

from __future__ import annotations

import dns.name
import dns.rdata
from hypothesis import given, settings
from hypothesis import strategies as st

from ffinfra.dns.master_file.lexer import Token
from ffinfra.dns.master_file.quick import quick_name, quick_value
from ffinfra.dns.names import name_text, to_name
from ffinfra.dns.values import IN, rdata_text

ORIGINS = st.sampled_from(["mesh.example.", "example.", ".", "a\\.b.example."])
NAMES = st.from_regex(r"\A(@|[A-Za-z0-9_*\\ü-]{1,5}(\.[A-Za-z0-9_-]{1,4}){0,2}\.?|1\.2\.3\.4|\.|[a-z]{64})\Z")
TEXTS = st.one_of(
    NAMES,
    st.ip_addresses().map(str),
    st.integers(0, 70000).map(str),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8),
)
TOKENS = st.builds(Token, TEXTS, st.just(1), st.just(1), st.booleans())


@settings(max_examples=100)
@given(NAMES, ORIGINS)
def test_names(text: str, origin: str) -> None:
    quick = quick_name(Token(text, 1, 1), origin, (origin,))
    if quick is not None:
        assert quick == name_text(to_name(text, dns.name.from_text(origin)))


@settings(max_examples=150)
@given(
    st.sampled_from(["A", "AAAA", "NS", "CNAME", "MX", "TXT", "SRV"]), st.lists(TOKENS, max_size=3), ORIGINS
)
def test_values(rdtype: str, tokens: list[Token], origin: str) -> None:
    quick = quick_value(rdtype, tokens, origin, (origin,))
    if quick is not None:
        written = " ".join(f'"{token.text}"' if token.quoted else token.text for token in tokens)
        assert quick == rdata_text(
            dns.rdata.from_text(IN, rdtype, written, dns.name.from_text(origin), False)
        )


def test_what_takes_the_short_way() -> None:
    def read(rdtype: str, *texts: str, quoted: bool = False) -> str | None:
        return quick_value(
            rdtype, [Token(text, 1, 1, quoted) for text in texts], "m.example.", ("m.example.",)
        )

    assert read("A", "192.0.2.1") == "192.0.2.1"
    assert read("MX", "10", "Mail") == "10 mail.m.example."
    assert read("CNAME", "@") == "m.example."
    assert read("TXT", "a", "b", quoted=True) == '"a" "b"'
    assert read("NS", "192.0.2.1") is None
    assert read("CNAME", "www.m.example") is None
    assert read("TXT", "a") is None
    assert read("A", "192.0.2.1", "192.0.2.2") is None
