"""The grammars of SPF, DMARC and DKIM, mistake by mistake."""

import pytest

from ffinfra.dns.lint import dkim, dmarc, spf
from ffinfra.dns.lint.texts import joined, tag_list


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 -all",
        "v=spf1 mx ~all",
        "V=SPF1 a:mail.mesh.example/24//64 MX/28 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?all",
        "v=spf1 include:_spf.mesh.example exists:%{ir}.%{v}._spf.%{d2} redirect=_spf.mesh.example",
        "v=spf1 a a//64 mx:x.mesh.example exp=why.%{d} unknown-modifier=%{h} -all",
        "v=spf1",
        "v=spf1 ptr:mesh.example  -all",
    ],
)
def test_good_spf(text: str) -> None:
    assert list(spf.mistakes(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf2.0 -all", ["'v=spf2.0' is no version, it must be v=spf1 with a blank behind it"]),
        ("v=spf1;-all", ["'v=spf1;-all' is no version, it must be v=spf1 with a blank behind it"]),
        (
            "v=spf1 ip4:192.0.2.300",
            ["'ip4:192.0.2.300' needs an address or prefix behind ':', such as ip4:192.0.2.0/24"],
        ),
        (
            "v=spf1 ip6:192.0.2.1",
            ["'ip6:192.0.2.1' needs an address or prefix behind ':', such as ip6:2001:db8::/32"],
        ),
        ("v=spf1 ip4 -all", ["'ip4' needs an address or prefix behind ':', such as ip4:192.0.2.0/24"]),
        ("v=spf1 include=x.test", ["'include=x.test' needs ':' instead of '='"]),
        ("v=spf1 include -all", ["'include' needs a domain behind ':'"]),
        ("v=spf1 include:localhost", ["'include:localhost' needs a full domain name"]),
        ("v=spf1 exists:%{q}.test", ["'exists:%{q}.test' has a broken macro"]),
        ("v=spf1 -all:x", ["'-all:x': all takes nothing"]),
        (
            "v=spf1 a/33 mx//129",
            ["'a/33' has a prefix length that is too long", "'mx//129' has a prefix length that is too long"],
        ),
        ("v=spf1 redirect=a.test redirect=b.test", ["redirect= stands twice"]),
        ("v=spf1 -al", ["'-al' is no mechanism"]),
        ("v=spf1 192.0.2.1", ["'192.0.2.1' is no term"]),
    ],
)
def test_bad_spf(text: str, expected: list[str]) -> None:
    assert list(spf.mistakes(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=reject", []),
        (
            "v=DMARC1;p=none;sp=quarantine;pct=50;adkim=s;aspf=r;fo=1:d;ri=86400;rua=mailto:a@b.test!10m,mailto:c@d.test",
            [],
        ),
        ("p=reject; v=DMARC1", ["it does not begin with v=DMARC1"]),
        ("v=DMARC1", ["it has no policy p="]),
        ("v=DMARC1; p=reject; pct=101", ["pct=101 is not 0 to 100"]),
        ("v=DMARC1; p=reject; rua=a@b.test", ["rua=a@b.test is not mailto: addresses with commas between"]),
        ("v=DMARC1; p=reject; p=none", ["the tag p stands twice"]),
        ("v=DMARC1 p=reject", ["it does not begin with v=DMARC1", "it has no policy p="]),
        ("v=DMARC1; p=reject; nonsense", ["'nonsense' is not of the form tag=value"]),
    ],
)
def test_dmarc(text: str, expected: list[str]) -> None:
    assert list(dmarc.mistakes(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"v=DKIM1; k=rsa; p={'A' * 392}", []),
        (f"v=DKIM1; k=ed25519; p={'A' * 43}=", []),
        ("v=DKIM1; p=", []),
        (f"k=rsa; v=DKIM1; p={'A' * 392}", ["v=DKIM1 must come first"]),
        (f"v=DKIM1; k=dsa; p={'A' * 392}", ["k=dsa is not rsa or ed25519"]),
        ("v=DKIM1; k=rsa", ["it has no public key p="]),
        ("v=DKIM1; p=AAA", ["p= is not base64"]),
        ("v=DKIM1; k=ed25519; p=AAAA", ["an ed25519 key has 32 octets, not 3"]),
    ],
)
def test_dkim(text: str, expected: list[str]) -> None:
    assert list(dkim.mistakes(text)) == expected


def test_strings_are_put_together_without_blanks() -> None:
    assert joined('"v=spf1 " "-all\\059" "\\"x\\\\"') == 'v=spf1 -all;"x\\'
    assert tag_list("a=1; b = x=y ;") == ([("a", "1"), ("b", "x=y")], [])
