"""Resolution from the root: aliases, loops, missing glue, parents."""

from __future__ import annotations

import asyncio

import pytest
from dns.rdatatype import A

from ffinfra.dns.check.naming import Nameserver, absolute, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import Resolution, Resolver
from tests.dns.check.made_world import NS1, NS2, ROOT, TLD, MadeWorld, rcode, records, silence

HINTS = [Nameserver(absolute("a.roots"), ROOT)]


def resolve(world: MadeWorld, name: str) -> Resolution:
    return asyncio.run(Resolver(Network(world), HINTS).resolve(absolute(name), A))


def addresses(world: MadeWorld, name: str) -> tuple[str, ...]:
    return asyncio.run(Resolver(Network(world), HINTS).addresses(absolute(name)))


def parent(world: MadeWorld, name: str) -> str:
    return short(asyncio.run(Resolver(Network(world), HINTS).parent(absolute(name))))


def test_the_path_is_kept() -> None:
    found = resolve(MadeWorld(), "ns1.zone.test")
    assert found.addresses() == [NS1]
    assert [(short(hop.cut), str(hop.server)) for hop in found.hops] == [
        ("test", f"a.roots/{ROOT}"),
        ("zone.test", f"ns.test/{TLD}"),
    ]


def test_an_alias_in_the_answer_is_followed() -> None:
    world = MadeWorld().change("mail 60 A", "www 60 CNAME mail\nmail 60 A")
    world.fault(
        records("www.zone.test CNAME mail.zone.test.", "mail.zone.test A 192.0.2.25"), name="www.zone.test"
    )
    found = resolve(world, "www.zone.test")
    assert short(found.final_name) == "mail.zone.test"
    assert found.addresses() == ["192.0.2.25"]


def test_an_alias_elsewhere_is_looked_up() -> None:
    world = MadeWorld().change("mail 60 A", "www 60 CNAME ns.test.\nmail 60 A")
    found = resolve(world, "www.zone.test")
    assert (short(found.asked), found.addresses()) == ("ns.test", [TLD])
    assert addresses(world, "www.zone.test") == ()


@pytest.mark.parametrize(
    "text",
    [
        "a 60 CNAME b\nb 60 CNAME a\n",
        "a 60 CNAME a\n",
        "".join(f"a{n} 60 CNAME a{n + 1}\n" for n in range(15)) + "a 60 CNAME a0\n",
    ],
    ids=["loop", "own target", "too long"],
)
def test_alias_loops_and_long_chains_end_without_an_answer(text: str) -> None:
    world = MadeWorld().change("mail 60 A", f"{text}mail 60 A")
    assert resolve(world, "a.zone.test").addresses() == []
    assert len(world.asked) < 60


def test_refusals_are_kept_for_the_case_that_nobody_answers() -> None:
    world = MadeWorld().fault(rcode("REFUSED"), NS1).fault(silence, NS2)
    response = resolve(world, "ns1.zone.test").response
    assert response is not None
    assert response.rcode == "REFUSED"


def test_a_nameserver_without_glue_is_looked_up() -> None:
    glue = f"ns1.zone 60 A {NS1}\nns2.zone 60 AAAA {NS2}\n"
    world = MadeWorld().change(
        "zone 60 NS ns1.zone\nzone 60 NS ns2.zone\n" + glue, "zone 60 NS ns.other\n", TLD
    )
    world.zones[TLD]["other.test."] = f"@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 A {NS1}\n"
    assert resolve(world, "mail.zone.test").addresses() == ["192.0.2.25"]


def test_zones_that_hold_each_others_nameservers_end_without_an_answer() -> None:
    glue = f"ns1.zone 60 A {NS1}\nns2.zone 60 AAAA {NS2}\n"
    world = MadeWorld().change(
        "zone 60 NS ns1.zone\nzone 60 NS ns2.zone\n" + glue, "zone 60 NS ns.b\nb 60 NS ns.zone\n", TLD
    )
    assert resolve(world, "mail.zone.test").response is None
    assert len(world.asked) < 60


def test_referrals_that_lead_up_or_back_are_not_followed() -> None:
    world = MadeWorld().fault(records(), NS1, NS2, name="mail.zone.test")
    world.fault(records(". NS a.roots.", section=2), NS1, name="mail.zone.test")
    world.fault(records("test NS ns.test.", section=2), NS2, name="mail.zone.test")
    assert resolve(world, "mail.zone.test").response is None


def test_the_parent_is_the_last_zone_above() -> None:
    assert parent(MadeWorld(), "zone.test") == "test"
    assert parent(MadeWorld(), "test") == "."
    assert parent(MadeWorld(), ".") == "."
    assert parent(MadeWorld(), "missing.zone.test") == "zone.test"


def test_the_parent_is_found_on_a_server_that_also_serves_the_grandparent() -> None:
    world = MadeWorld().change("mail 60 A", "below 60 NS ns.elsewhere.\nmail 60 A")
    world.zones[TLD]["zone.test."] = world.zones[NS1]["zone.test."]
    assert parent(world, "below.zone.test") == "zone.test"
