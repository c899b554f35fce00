"""Servers that answer nonsense: every check ends, soon, and can be told."""

from __future__ import annotations

import asyncio
import random

import pytest
from dns.flags import AA
from dns.message import Message
from dns.rcode import Rcode

from ffinfra.dns.check.naming import Nameserver, absolute, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.run import check_zone
from ffinfra.dns.check.sentences import sentence_of
from tests.dns.check.made_world import NS1, NS2, ROOT, TLD, Fault, MadeWorld, records

NONSENSE = [
    "zone.test SOA ns1.zone.test. h.zone.test. 5 1 1 1 1",
    "www.zone.test SOA ns1.zone.test. h.zone.test. 5 1 1 1 1",
    "zone.test NS ns1.zone.test.",
    "zone.test NS .",
    "test NS ns.test.",
    ". NS a.roots.",
    "zone.test CNAME zone.test.",
    "ns1.zone.test CNAME ns2.zone.test.",
    "ns2.zone.test CNAME ns1.zone.test.",
    "zone.test DNAME test.",
    "zone.test DNSKEY 257 3 8 AwEAAQ==",
    "zone.test DNSKEY 256 3 1 AQ==",
    "zone.test DS 1 8 2 " + "ab" * 32,
    "zone.test RRSIG DNSKEY 8 2 60 20300101000000 20200101000000 1 zone.test. AAAA",
    "zone.test RRSIG SOA 13 2 60 20300101000000 20200101000000 60000 zone.test. AAAA",
    'zone.test TXT "v=spf1 \\255"',
    "zone.test MX 0 .",
    "ns1.zone.test AAAA ::1",
]


def nonsense(source: random.Random) -> Fault:
    """A fault that changes some answers: octets, records, flags, RCODE, or all of it to silence."""

    def make(answer: Message) -> Message | None:
        chance = source.random()
        if chance < 0.5:
            return answer
        if chance < 0.6:
            return None
        if chance < 0.75:
            octets = bytearray(answer.to_wire(max_size=65535))
            for _ in range(source.randint(1, 4)):
                octets[source.randrange(2, len(octets))] = source.randrange(256)
            octets[2] |= 0x80
            answer.made_octets = bytes(octets)  # type: ignore[attr-defined]
            return answer
        for section in (1, 2, 3):
            if source.random() < 0.6:
                answer = records(*source.choices(NONSENSE, k=source.randint(0, 4)), section=section)(answer)
        answer.flags ^= AA if source.random() < 0.5 else 0
        answer.set_rcode(Rcode(source.choice([0, 0, 0, 1, 2, 3, 5])))
        return answer

    return make


@pytest.mark.full
@pytest.mark.parametrize("seed", range(60))
def test_nonsense_ends_in_a_report(seed: int) -> None:
    source = random.Random(seed)
    world = MadeWorld()
    for address in (ROOT, TLD, NS1, NS2):
        if source.random() < 0.5:
            world.fault(nonsense(source), address)
    hints = [Nameserver(absolute("a.roots"), ROOT)]
    report = asyncio.run(check_zone("zone.test", transport=world, hints=hints, zone_seconds=15))
    assert set(report.skipped) == {"connectivity03", "connectivity04"}
    assert all(sentence_of(finding) for finding in report.findings)


def test_a_server_that_claims_a_deeper_zone_is_no_parent() -> None:
    claim = records("www.zone.test SOA ns1.zone.test. h.zone.test. 5 1 1 1 1")
    world = MadeWorld().fault(claim, TLD, name="test").fault(claim, ROOT, name="test")
    resolver = Resolver(Network(world), [Nameserver(absolute("a.roots"), ROOT)])
    assert short(asyncio.run(resolver.parent(absolute("zone.test")))) == "test"
    assert short(asyncio.run(resolver.parent(absolute("test")))) == "."
