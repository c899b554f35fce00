"""Update messages, judged by an RFC 2136 server in memory that reads their wire form."""

from __future__ import annotations

from collections.abc import Iterable

import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.update
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffinfra.dns.conversion import record_of, soa_rdata
from ffinfra.dns.dynamic_update import MESSAGE_LIMIT, next_serial, plan_update
from ffinfra.dns.names import name_text
from ffinfra.dns.records import SOA, RRset, group_records, make_rrset, sort_rrsets
from ffinfra.dns.values import rdata_text
from ffinfra.problems import OperationalError
from tests.dns.zones import ORIGIN, contents

SERVED = SOA(
    mname="ns1.mesh.example.",
    rname="hostmaster.mesh.example.",
    serial=7,
    refresh=14400,
    retry=3600,
    expire=1209600,
    minimum=3600,
    ttl=600,
)
NOW = 5
"""A clock that is behind the serials, so that these only count up."""

OTHER_TIMERS = SOA(
    mname="ns1.mesh.example.",
    rname="hostmaster.mesh.example.",
    serial=0,
    refresh=7200,
    retry=1800,
    expire=1209600,
    minimum=300,
    ttl=300,
)


class MemoryServer:
    """As much of RFC 2136 sections 3.2 and 3.4 as our messages use, with Knot's view of TTLs."""

    def __init__(self, content: Iterable[RRset], soa: SOA) -> None:
        self.sets = {rrset.key: (rrset.ttl, list(rrset.values)) for rrset in content}
        self.soa = soa

    @property
    def content(self) -> tuple[RRset, ...]:
        return sort_rrsets(
            RRset(*key, ttl, tuple(sorted(values))) for key, (ttl, values) in self.sets.items()
        )

    def receive(self, wire: bytes) -> dns.rcode.Rcode:
        message = dns.message.from_wire(wire, one_rr_per_rrset=True)
        assert isinstance(message, dns.update.UpdateMessage)
        assert name_text(message.zone[0].name) == ORIGIN
        code = self.check(message)
        if code == dns.rcode.NOERROR:
            serial = self.soa.serial
            self.change(message)
            if self.soa.serial == serial:
                self.soa = SOA.from_value(
                    self.soa.value.replace(f" {serial} ", f" {serial + 1} ", 1), self.soa.ttl
                )
        return code

    def check(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        wanted: dict[tuple[str, str], set[str]] = {}
        for rrset in message.prerequisite:
            key = (name_text(rrset.name), dns.rdatatype.to_text(rrset.rdtype))
            if rrset.deleting == dns.rdataclass.NONE:
                if key in self.sets:
                    return dns.rcode.YXRRSET
            else:
                assert rrset.ttl == 0
                wanted.setdefault(key, set()).add(rdata_text(rrset[0]))
        known = {key: set(values) for key, (_, values) in self.sets.items()} | {
            (ORIGIN, "SOA"): {self.soa.value}
        }
        same = all(known.get(key) == values for key, values in wanted.items())
        return dns.rcode.NOERROR if same else dns.rcode.NXRRSET

    def change(self, message: dns.update.UpdateMessage) -> None:
        for rrset in message.update:
            owner, rdtype = name_text(rrset.name), dns.rdatatype.to_text(rrset.rdtype)
            if rrset.deleting == dns.rdataclass.ANY:
                if (owner, rdtype) != (ORIGIN, "NS"):
                    self.sets.pop((owner, rdtype), None)  # type: ignore[call-overload]
            elif rrset.deleting == dns.rdataclass.NONE:
                self.delete(owner, rdtype, rdata_text(rrset[0]))
            elif rdtype == "SOA":
                self.soa = SOA.from_value(rdata_text(rrset[0]), rrset.ttl)
            else:
                self.add(owner, rdtype, rrset.ttl, rdata_text(rrset[0]))

    def delete(self, owner: str, rdtype: str, value: str) -> None:
        _, values = self.sets[owner, rdtype]  # type: ignore[index]
        if (owner, rdtype) == (ORIGIN, "NS") and len(values) == 1:
            return
        values.remove(value)
        if not values:
            del self.sets[owner, rdtype]  # type: ignore[arg-type]

    def add(self, owner: str, rdtype: str, ttl: int, value: str) -> None:
        others = {known for name, known in self.sets if name == owner and known != rdtype}
        if ("CNAME" in others) or (rdtype == "CNAME" and others):
            return
        _, values = self.sets.get((owner, rdtype), (0, []))  # type: ignore[call-overload]
        if value not in values:
            self.sets[owner, rdtype] = (ttl, [*values, value])  # type: ignore[index]


NS_SETS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, max_size=4, unique=True)


@st.composite
def zones(draw: st.DrawFn) -> tuple[RRset, ...]:
    """Contents with at least two nameservers at the apex."""
    others = [rrset for rrset in draw(contents()) if rrset.key != (ORIGIN, "NS")]
    names = [f"{name}.{ORIGIN}" for name in draw(NS_SETS)]
    return sort_rrsets([*others, make_rrset(ORIGIN, "NS", draw(st.sampled_from([60, 600])), names)])


@given(zones(), zones(), st.sampled_from([None, OTHER_TIMERS]), st.sampled_from([4096, MESSAGE_LIMIT]))
def test_sending_the_plan_gives_the_new_content(
    old: tuple[RRset, ...], new: tuple[RRset, ...], wanted: SOA | None, limit: int
) -> None:
    server = MemoryServer(old, SERVED)
    plan = plan_update(ORIGIN, old, new, SERVED, wanted, limit=limit, now=NOW)
    for message in plan.messages:
        wire = message.message(ORIGIN).to_wire(max_size=65535)
        assert len(wire) <= limit
        assert server.receive(wire) == dns.rcode.NOERROR
    assert server.content == new
    if wanted is not None:
        assert server.soa.value.split(" ")[3:] == wanted.value.split(" ")[3:]
        assert server.soa.ttl == wanted.ttl


@given(zones(), zones(), zones())
def test_a_concurrent_writer_makes_every_message_fail(
    old: tuple[RRset, ...], new: tuple[RRset, ...], other: tuple[RRset, ...]
) -> None:
    plan = plan_update(ORIGIN, old, new, SERVED, limit=4096, now=NOW)
    for count in range(len(plan.messages)):
        server = MemoryServer(old, SERVED)
        for message in plan.messages[:count]:
            assert server.receive(message.message(ORIGIN).to_wire(max_size=65535)) == dns.rcode.NOERROR
        rival = plan_update(ORIGIN, server.content, other, server.soa, OTHER_TIMERS, now=NOW)
        for message in rival.messages:
            assert server.receive(message.message(ORIGIN).to_wire(max_size=65535)) == dns.rcode.NOERROR
        late = plan.messages[count].message(ORIGIN).to_wire(max_size=65535)
        assert server.receive(late) in (dns.rcode.NXRRSET, dns.rcode.YXRRSET)
        assert server.content == other


def text_set(owner: str, octets: int, mark: str = "x") -> RRset:
    return make_rrset(owner, "TXT", 600, [f'"{mark * 200}{number:05d}"' for number in range(octets // 230)])


def test_a_small_change_is_one_message() -> None:
    old = (make_rrset("a.mesh.example.", "A", 600, ["192.0.2.1"]),)
    new = (make_rrset("a.mesh.example.", "A", 600, ["192.0.2.2"]),)
    plan = plan_update(ORIGIN, old, new, SERVED, now=NOW)
    assert len(plan.messages) == 1
    assert plan.messages[0].message(ORIGIN).to_text().splitlines()[4:] == [
        ";ZONE",
        "mesh.example. IN SOA",
        ";PREREQ",
        "mesh.example. 0 IN SOA ns1.mesh.example. hostmaster.mesh.example. 7 14400 3600 1209600 3600",
        "a.mesh.example. 0 IN A 192.0.2.1",
        ";UPDATE",
        "a.mesh.example. 0 NONE A 192.0.2.1",
        "a.mesh.example. 600 IN A 192.0.2.2",
        "mesh.example. 600 IN SOA ns1.mesh.example. hostmaster.mesh.example. 8 14400 3600 1209600 3600",
        ";ADDITIONAL",
    ]


def test_a_large_change_is_divided_where_a_name_ends() -> None:
    gone = text_set("gone.mesh.example.", 21000)
    changed = (text_set("changed.mesh.example.", 15000), text_set("changed.mesh.example.", 15000, "y"))
    added = [text_set(f"added{number}.mesh.example.", 21000) for number in range(4)]
    plan = plan_update(ORIGIN, [gone, changed[0]], [*added, changed[1]], SERVED, OTHER_TIMERS, now=NOW)
    assert [[str(change.key.owner) for change in message.changes] for message in plan.messages] == [
        ["added0.mesh.example.", "added1.mesh.example."],
        ["added2.mesh.example.", "added3.mesh.example."],
        ["changed.mesh.example.", "gone.mesh.example."],
    ]
    assert [(message.expected.serial, message.sets.serial) for message in plan.messages] == [
        (7, 8),
        (8, 9),
        (9, 10),
    ]
    assert [message.sets.refresh for message in plan.messages] == [14400, 14400, 7200]


def test_a_set_that_no_message_can_hold() -> None:
    with pytest.raises(OperationalError, match=r"the change of big\.mesh\.example\. TXT takes 8\d+ octets"):
        plan_update(ORIGIN, [], [text_set("big.mesh.example.", 90000)], SERVED, now=NOW)


def test_a_name_that_is_too_large_for_one_message_is_divided_removals_first() -> None:
    old = [text_set("x.mesh.example.", 25000)]
    new = [
        make_rrset(
            "x.mesh.example.",
            "TYPE65280",
            600,
            [f"\\# 204 {number:08x}{'00' * 200}" for number in range(180)],
        )
    ]
    plan = plan_update(ORIGIN, old, new, SERVED, now=NOW)
    assert [str(message.changes[0].key) for message in plan.messages] == [
        "x.mesh.example. TXT",
        "x.mesh.example. TYPE65280",
    ]


def test_the_only_nameserver_cannot_change_its_ttl() -> None:
    one = [make_rrset(ORIGIN, "NS", 600, ["a.mesh.example."])]
    other = [make_rrset(ORIGIN, "NS", 60, ["a.mesh.example."])]
    with pytest.raises(
        OperationalError, match=r"the TTL of the only NS record of mesh\.example\. cannot be changed"
    ):
        plan_update(ORIGIN, one, other, SERVED, now=NOW)
    with pytest.raises(OperationalError, match=r"cannot be added or removed as a whole"):
        plan_update(ORIGIN, one, [], SERVED, now=NOW)


def test_nothing_to_do_and_only_timers() -> None:
    one = [make_rrset(ORIGIN, "NS", 600, ["a.mesh.example."])]
    assert plan_update(ORIGIN, one, one, SERVED, now=NOW).messages == ()
    (message,) = plan_update(ORIGIN, one, one, SERVED, OTHER_TIMERS, now=NOW).messages
    assert message.sets.value == "ns1.mesh.example. hostmaster.mesh.example. 8 7200 1800 1209600 300"


@pytest.mark.parametrize(
    ("serial", "now", "following"),
    [
        (7, 5, 8),
        (7, 7, 8),
        (7, 1_800_000_000, 1_800_000_000),
        (2026112301, 1_800_000_000, 2026112302),
        (4294967295, 4294967295, 1),
        (4294967295, 10, 10),
        (4294967290, 2**32, 1),
    ],
)
def test_the_next_serial(serial: int, now: int, following: int) -> None:
    assert next_serial(serial, now) == following


def test_records_survive_the_way_through_a_message() -> None:
    rdata = soa_rdata(SERVED)
    record = record_of(dns.name.from_text(ORIGIN), 600, rdata)
    assert group_records([record])[0].values == (SERVED.value,)
