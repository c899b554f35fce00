"""The state machine of AXFR and IXFR, fed with records as servers send them."""

from __future__ import annotations

import dns.message
import dns.rrset
import pytest

from ffinfra.dns.records import RRset, make_rrset
from ffinfra.dns.wire_format import WireMessage, WireRecord
from ffinfra.dns.zone_transfer import TransferError, TransferReading
from tests.dns.zones import ORIGIN

NS = f"{ORIGIN} 600 NS ns1.{ORIGIN}"
A1 = f"a.{ORIGIN} 600 A 192.0.2.1"
A2 = f"a.{ORIGIN} 600 A 192.0.2.2"
SIGNED = f"a.{ORIGIN} 600 RRSIG A 13 3 600 20300101000000 20200101000000 1 {ORIGIN} AAAA"
ALIEN = "a.other.example. 600 A 192.0.2.1"


def soa(serial: int, refresh: int = 1) -> str:
    return f"{ORIGIN} 600 SOA ns1.{ORIGIN} h.{ORIGIN} {serial} {refresh} 2 3 4"


def records(*lines: str) -> list[WireRecord]:
    message = dns.message.make_response(dns.message.make_query(ORIGIN, "AXFR"))
    for line in lines:
        owner, ttl, rdtype, value = line.split(" ", 3)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", rdtype, value))
    return WireMessage(message.to_wire(max_size=65535)).sections()[0]


BASE: tuple[RRset, ...] = (
    make_rrset(ORIGIN, "NS", 600, [f"ns1.{ORIGIN}"]),
    make_rrset(f"a.{ORIGIN}", "A", 600, ["192.0.2.1"]),
)


def reading(*lines: str, base: tuple[int, tuple[RRset, ...]] | None = None) -> TransferReading:
    found = TransferReading(ORIGIN, base)
    for record in records(*lines):
        found.take([record])
    assert found.done
    return found


def test_a_whole_zone_without_what_is_no_content() -> None:
    found = reading(soa(5), NS, A1, SIGNED, ALIEN, soa(5))
    assert found.content() == BASE
    assert (found.soa.serial, found.incremental) == (5, False)


def test_changes_in_two_steps() -> None:
    found = reading(
        soa(7), soa(5), A1, soa(6), A2, SIGNED, soa(6), SIGNED, soa(7), A1, soa(7), base=(5, BASE)
    )
    assert [str(rrset) for rrset in found.content()] == [
        f"{ORIGIN} 600 NS ns1.{ORIGIN}",
        f"a.{ORIGIN} 600 A 192.0.2.1, 192.0.2.2",
    ]
    assert (found.soa.serial, found.incremental) == (7, True)


def test_a_whole_zone_in_answer_to_a_question_for_changes() -> None:
    found = reading(soa(7), NS, A2, soa(7), base=(5, BASE))
    assert [rrset.values for rrset in found.content()] == [(f"ns1.{ORIGIN}",), ("192.0.2.2",)]
    assert not found.incremental


def test_nothing_new() -> None:
    assert reading(soa(5), base=(5, BASE)).content() == BASE


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([NS], "does not begin with the SOA"),
        ([soa(7), NS, soa(8)], "the zone changed during the transfer"),
        ([soa(7), NS, soa(7), NS], "records follow after the end"),
        ([soa(7), soa(6), soa(7), soa(7)], "changes from serial 6 do not follow on serial 5"),
        ([soa(7), soa(5), A2, soa(7), soa(7)], rf"it deletes a\.{ORIGIN} A, which was not there"),
        ([soa(7), soa(5), soa(6), soa(7, 1)], "it ends at serial 7 with changes up to 6"),
    ],
)
def test_what_no_server_may_send(lines: list[str], what: str) -> None:
    base = None if lines[1:2] == [NS] else (5, BASE)
    with pytest.raises(TransferError, match=what):
        TransferReading(ORIGIN, base).take(records(*lines))
