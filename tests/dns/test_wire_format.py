"""Reading messages: equal to dnspython's reading, and no octets make it fail in another way than its own."""

import contextlib

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffinfra.dns.conversion import rdataset_of, record_of
from ffinfra.dns.records import RRset
from ffinfra.dns.wire_format import WireFormatError, WireMessage
from tests.dns.zones import ORIGIN, contents


def answer_with(content: tuple[RRset, ...]) -> bytes:
    message = dns.message.make_response(dns.message.make_query(ORIGIN, "AXFR"))
    for rrset in content:
        section = dns.rrset.from_rdata_list(
            dns.name.from_text(rrset.owner), rrset.ttl, list(rdataset_of(rrset))
        )
        message.answer.append(section)
    return message.to_wire(max_size=65535)


@given(contents())
def test_reading_equals_that_of_dnspython(content: tuple[RRset, ...]) -> None:
    octets = answer_with(content)
    theirs = [
        record_of(rrset.name, rrset.ttl, rrset[0])
        for rrset in dns.message.from_wire(octets, one_rr_per_rrset=True).answer
    ]
    ours, authority, additional = WireMessage(octets).sections()
    assert [(one.owner, one.type, one.ttl, one.value) for one in ours] == [
        (one.owner, one.type, one.ttl, one.value) for one in theirs
    ]
    assert authority == additional == []


@given(contents(max_size=4), st.data())
def test_damaged_messages_fail_politely(content: tuple[RRset, ...], data: st.DataObject) -> None:
    octets = bytearray(answer_with(content))
    for _ in range(data.draw(st.integers(1, 5))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    with contextlib.suppress(WireFormatError):
        for section in WireMessage(damaged).sections():
            for record in section:
                assert record.value


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (b"\xc0\x0c", "points forward"),
        (b"\x01a\xc0\x0e", "points forward"),
        (b"\x80", "unknown form"),
        (b"\x3fx", "cut off"),
        (b"\x3f" + b"x" * 63, "cut off"),
        (b"".join(b"\x3f" + b"x" * 63 for _ in range(20)) + b"\x00", "longer than 255"),
    ],
)
def test_bad_names(name: bytes, what: str) -> None:
    with pytest.raises(WireFormatError, match=what):
        WireMessage(b"\x00\x01\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00" + name)


def test_header_and_ttl() -> None:
    message = dns.message.make_response(dns.message.make_query(ORIGIN, "A"))
    message.set_rcode(dns.rcode.REFUSED)
    message.answer.append(dns.rrset.from_text(ORIGIN, 2**31 - 1, "IN", "A", "192.0.2.1"))
    octets = bytearray(message.to_wire())
    read = WireMessage(bytes(octets))
    assert (read.id, read.rcode, bool(read.flags & dns.flags.QR)) == (message.id, 5, True)
    octets[-10] |= 0x80
    assert [record.ttl for record in WireMessage(bytes(octets)).sections()[0]] == [0]
