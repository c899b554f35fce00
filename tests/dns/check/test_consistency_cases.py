"""Consistency01, 04, 05 and 06."""

from __future__ import annotations

import pytest
from dns.rdatatype import NS, SOA, RdataType

from tests.dns.check.made_world import NS1, NS2, Fault, MadeWorld, records, silence

FIRST = f"ns1.zone.test/{NS1}"
SECOND = f"ns2.zone.test/{NS2}"


def test_consistency01_orders_serials_as_rfc_1982_does() -> None:
    world = MadeWorld().change(" h 7 ", " h 4294967295 ", NS1).change(" h 7 ", " h 3 ", NS2)
    assert world.told("consistency01") == [
        ("SOA_SERIAL", {"serial": 4294967295, "ns_list": FIRST}),
        ("SOA_SERIAL", {"serial": 3, "ns_list": SECOND}),
        ("MULTIPLE_SOA_SERIALS", {"count": 2}),
        ("SOA_SERIAL_VARIATION", {"serial_min": 4294967295, "serial_max": 3, "max_variation": 0}),
    ]


@pytest.mark.parametrize(
    ("case", "rdtype", "make", "told", "rest"),
    [
        ("consistency01", SOA, silence, "NO_RESPONSE", ["ONE_SOA_SERIAL", "SOA_SERIAL"]),
        ("consistency01", SOA, records(), "NO_RESPONSE_SOA_QUERY", ["ONE_SOA_SERIAL", "SOA_SERIAL"]),
        ("consistency04", NS, silence, "NO_RESPONSE", ["ONE_NS_SET"]),
        ("consistency04", NS, records(), "NO_RESPONSE_NS_QUERY", ["ONE_NS_SET"]),
        ("consistency06", SOA, silence, "NO_RESPONSE", ["ONE_SOA_MNAME"]),
        ("consistency06", SOA, records(), "NO_RESPONSE_SOA_QUERY", ["ONE_SOA_MNAME"]),
    ],
)
def test_a_server_without_answer_is_left_out(
    case: str, rdtype: RdataType, make: Fault, told: str, rest: list[str]
) -> None:
    world = MadeWorld().fault(make, NS1, rdtype=rdtype, name="zone.test")
    assert world.tags(case) == sorted([told, *rest])
    assert (told, {"ns": FIRST}) in world.told(case)


def test_consistency04_tells_who_gives_which_set() -> None:
    world = MadeWorld().change("@ 60 NS ns2\n", "@ 60 NS ns2\n@ 60 NS ns3\n", NS2)
    assert world.told("consistency04") == [
        ("MULTIPLE_NS_SET", {"count": 2}),
        ("NS_SET", {"nsname_list": "ns1.zone.test;ns2.zone.test", "servers": FIRST}),
        ("NS_SET", {"nsname_list": "ns1.zone.test;ns2.zone.test;ns3.zone.test", "servers": SECOND}),
    ]


def test_consistency05_tells_glue_that_the_zone_does_not_know() -> None:
    world = MadeWorld().change(f"ns1 60 A {NS1}", f"ns1 60 A {NS1}\nns1 60 A 192.0.2.77", NS1, NS2)
    world.change(f"ns2 60 AAAA {NS2}", "ns2 60 AAAA 2001:db8::77", NS1, NS2)
    world.zones |= {"192.0.2.77": world.zones[NS1], "2001:db8::77": world.zones[NS2]}
    assert world.told("consistency05") == [
        (
            "IN_BAILIWICK_ADDR_MISMATCH",
            {
                "parent_addresses": f"{FIRST};{SECOND}",
                "zone_addresses": f"{FIRST};ns1.zone.test/192.0.2.77;ns2.zone.test/2001:db8::77",
            },
        ),
        (
            "EXTRA_ADDRESS_CHILD",
            {"ns_ip_list": "ns1.zone.test/192.0.2.77;ns2.zone.test/2001:db8::77"},
        ),
    ]


def test_consistency06_tells_who_gives_which_mname() -> None:
    world = MadeWorld().change("SOA ns1 ", "SOA ns9 ", NS2)
    assert world.told("consistency06") == [
        ("MULTIPLE_SOA_MNAMES", {"count": 2}),
        ("SOA_MNAME", {"mname": "ns1.zone.test", "ns_list": FIRST}),
        ("SOA_MNAME", {"mname": "ns9.zone.test", "ns_list": SECOND}),
    ]
