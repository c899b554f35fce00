"""The syntax of SPF records."""

from __future__ import annotations

import pytest

from ffinfra.dns.check.spf import has_valid_syntax, is_null, is_spf

GOOD = [
    "v=spf1",
    "v=spf1 ",
    "v=spf1 -all",
    "v=spf1  +mx   a:colo.example.com/28 -all",
    "v=spf1 mx/24//64 a//128 ?all",
    "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.129 ip6:2001:db8::/32 ~all",
    "v=spf1 include:_spf.example.com exists:%{i}._spf.%{d2} ptr ptr:example.com",
    "v=spf1 redirect=_spf.%{d} exp=explain._spf.%{d}",
    "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} unknown-modifier=%{s}x",
    "v=spf1 a:xn--caf-dma.example.",
]
BAD = [
    "v=spf1 -all:x",
    "v=spf1 all/24",
    "v=spf1 foo",
    "v=spf1 foo:bar",
    "v=spf1 mx:",
    "v=spf1 include",
    "v=spf1 include:localhost",
    "v=spf1 exists:example.123",
    "v=spf1 ip4:192.0.2.256",
    "v=spf1 ip4:192.0.2.0/33",
    "v=spf1 ip4:2001:db8::1",
    "v=spf1 ip6:192.0.2.1",
    "v=spf1 a/33",
    "v=spf1 a//129",
    "v=spf1 a/08",
    "v=spf1 redirect=a.example redirect=b.example",
    "v=spf1 redirect=",
    "v=spf1 exists:%{z}.example",
    "v=spf1 exists:%(d).example",
    "v=spf1 mx\t-all",
    "v=spf1 =x",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_the_grammar_allows_is_valid(text: str) -> None:
    assert is_spf(text)
    assert has_valid_syntax(text)


@pytest.mark.parametrize("text", BAD)
def test_what_the_grammar_does_not_allow_is_not(text: str) -> None:
    assert not has_valid_syntax(text)


def test_long_macro_strings_take_no_long_time() -> None:
    assert not has_valid_syntax("v=spf1 include:" + "%{d}" * 4000 + "!")
    assert not has_valid_syntax("v=spf1 exists:" + "a." * 8000 + "1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v=spf1", True), ("v=spf1 x", True), ("v=spf1\tx", True), ("v=spf10", False), (" v=spf1", False)],
)
def test_the_version_tells_spf_from_other_texts(text: str, expected: bool) -> None:
    assert is_spf(text) is expected


def test_only_a_policy_that_lets_nobody_send_is_null() -> None:
    assert is_null("v=spf1  -all \t")
    assert not is_null("v=spf1 ~all")
    assert not is_null("v=spf1 mx -all")
    assert not is_null("v=spf1")
