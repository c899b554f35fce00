"""Canonical values, and that looking at first sight never disagrees with dnspython."""

import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffinfra.dns.values import canonical_type, canonical_value, is_surely_canonical, rdata_text, to_rdata

CASES = [
    ("A", "192.0.2.1", "192.0.2.1"),
    ("AAAA", "2001:DB8:0:0::1", "2001:db8::1"),
    ("AAAA", "::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
    ("MX", "10 MX.Mesh.Example.", "10 mx.mesh.example."),
    ("TXT", "one two", '"one" "two"'),
    ("TXT", '"gr\\195\\188n;"', '"gr\\195\\188n;"'),
    ("CNAME", "WWW.Mesh.Example.", "www.mesh.example."),
    ("SRV", "0 5 5060 SIP.Mesh.Example.", "0 5 5060 sip.mesh.example."),
    ("CAA", '0 issue "ca.example"', '0 issue "ca.example"'),
    ("TYPE1", "192.0.2.1", "192.0.2.1"),
    ("A", "\\# 4 C0000201", "192.0.2.1"),
    ("TYPE65280", "\\# 4 0A0B0C0D", "\\# 4 0a0b0c0d"),
    ("SSHFP", f"4 2 {'AB ' * 32}", f"4 2 {'ab' * 32}"),
    ("HTTPS", "1 . alpn=h2", '1 . alpn="h2"'),
    ("LOC", "52 22 23 N 9 43 55 E 60m", "52 22 23.000 N 9 43 55.000 E 60.00m"),
    ("NAPTR", '10 20 "U" "E2U+sip" "!x!y!" .', '10 20 "U" "E2U+sip" "!x!y!" .'),
    ("DS", f"1 13 2 {'AB' * 32}", f"1 13 2 {'ab' * 32}"),
    ("DNSKEY", f"257 3 13 {'AAAA ' * 21}AA==", f"257 3 13 {'AAAA' * 21}AA=="),
]


@pytest.mark.parametrize(("rdtype", "written", "canonical"), CASES)
def test_canonical_value(rdtype: str, written: str, canonical: str) -> None:
    assert canonical_value(rdtype, written) == canonical
    assert canonical_value(rdtype, canonical) == canonical


@pytest.mark.parametrize(
    ("rdtype", "value"),
    [
        ("A", "192.0.2.256"),
        ("MX", "mail.mesh.example."),
        ("CNAME", "www"),
        ("TXT", '"open'),
        ("A", "192.0.2.1 x"),
    ],
)
def test_what_is_no_value(rdtype: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"value of type|final dot"):
        canonical_value(rdtype, value)


def test_every_type_that_dnspython_knows_is_a_type_here() -> None:
    known = [one for one in dns.rdatatype.RdataType if not dns.rdatatype.is_metatype(one) and one.value]
    assert [canonical_type(one.name.replace("_", "-")) for one in known] == [
        dns.rdatatype.to_text(one) for one in known
    ]
    assert len(known) > 60


@pytest.mark.parametrize("rdtype", ["ANY", "AXFR", "OPT", "TYPE0", "FOO", "TYPE70000"])
def test_what_no_zone_can_hold(rdtype: str) -> None:
    with pytest.raises(ValueError, match=rdtype):
        canonical_type(rdtype)


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
SOME_VALUES = st.one_of(
    TEXT,
    TEXT.map(lambda text: f'"{text}"'),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.tuples(st.integers(0, 70000), TEXT).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.from_regex(r"\A[a-zA-Z0-9_-]{1,20}(\.[a-z0-9]{1,20}){0,3}\.\Z"),
)


@given(st.sampled_from(["A", "AAAA", "NS", "CNAME", "PTR", "DNAME", "TXT", "MX", "SRV"]), SOME_VALUES)
def test_first_sight_agrees_with_dnspython(rdtype: str, value: str) -> None:
    if is_surely_canonical(rdtype, value):
        assert rdata_text(to_rdata(rdtype, value)) == value
