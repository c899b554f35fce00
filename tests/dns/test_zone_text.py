"""The canonical text of a content, there and back."""

import pytest
from hypothesis import given

from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import RRset
from ffinfra.dns.zone_text import content_of, content_text, is_content, parse_content
from ffinfra.problems import InvalidInputError
from tests.dns.zones import ORIGIN, SMALL, contents

SMALL_CONTENT = """\
mesh.example. 600 IN NS ns1.mesh.example.
mesh.example. 600 IN NS ns2.mesh.example.
ns1.mesh.example. 600 IN A 192.0.2.1
ns2.mesh.example. 600 IN A 198.51.100.2
ns2.mesh.example. 600 IN AAAA 2001:db8::2
web.mesh.example. 600 IN A 192.0.2.80
www.mesh.example. 600 IN CNAME web.mesh.example.
"""


def test_the_text_of_a_small_zone() -> None:
    assert content_text(content_of(read_zone_text(SMALL).zone)) == SMALL_CONTENT


@given(contents())
def test_round_trip(content: tuple[RRset, ...]) -> None:
    text = content_text(content)
    assert parse_content(text, ORIGIN) == content
    assert content_text(parse_content(text, ORIGIN)) == text


@given(contents())
def test_the_text_is_a_master_file(content: tuple[RRset, ...]) -> None:
    head = f"{ORIGIN} 600 IN SOA ns1.{ORIGIN} hostmaster.{ORIGIN} 1 2 3 4 5\n"
    assert read_zone_text(head + content_text(content), ORIGIN).zone.rrsets == content


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("www.mesh.example. 600 A 192.0.2.1\n", "1: 'www.mesh.example. 600 A 192.0.2.1' is not of the form"),
        ("www.mesh.example. 0600 IN A 192.0.2.1\n", "1: '0600' is not a TTL"),
        ("WWW.mesh.example. 600 IN A 192.0.2.1\n", "1: 'WWW.mesh.example.' is not canonical"),
        ("www.mesh.example. 600 IN AAAA 2001:DB8::1\n", "1: '2001:DB8::1' is not canonical"),
        ("www.other.example. 600 IN A 192.0.2.1\n", "1: www.other.example. does not lie in the zone"),
        ("mesh.example. 600 IN DNSKEY 257 3 13 AAAA\n", "1: mesh.example. DNSKEY is made by the server"),
        (SMALL_CONTENT + SMALL_CONTENT[:42], "8: "),
        (SMALL_CONTENT[42:] + SMALL_CONTENT[:42], "1: "),
        (SMALL_CONTENT.removesuffix("\n"), "8: "),
        ("w.mesh.example. 6 IN A 192.0.2.1\nw.mesh.example. 7 IN A 192.0.2.2\n", "2: "),
    ],
)
def test_what_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_content(text, ORIGIN)
    assert str(raised.value).startswith(f"content:{problem}")


@pytest.mark.parametrize(
    ("owner", "rdtype", "declared"),
    [
        (ORIGIN, "SOA", False),
        (ORIGIN, "NS", True),
        (ORIGIN, "DNSKEY", False),
        (ORIGIN, "NSEC3PARAM", False),
        (f"www.{ORIGIN}", "RRSIG", False),
        (f"sub.{ORIGIN}", "DS", True),
        (f"sub.{ORIGIN}", "CDS", True),
    ],
)
def test_what_counts_as_content(owner: str, rdtype: str, declared: bool) -> None:
    assert is_content(owner, rdtype, ORIGIN) is declared
