"""Cases of the rule on what the APIs would refuse: what stands at Cloudflare already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import AskedCloudflare, CloudflareZones, NoAnswer, StandingRecord
from tests.gate.rules.contexts import RECORD, Case, change, context

STANDING = CloudflareZones(
    names={"5f0c": "musterstadt.example"},
    records={
        "5f0c": frozenset(
            StandingRecord(f"{name}musterstadt.example.", rdtype, value)
            for name, rdtype, value in (
                ("www.", "A", "192.0.2.80"),
                ("www.", "TXT", '"x"'),
                ("alias.", "CNAME", "www.musterstadt.example."),
                ("z.", "NS", "ns1.example."),
                ("", "NS", "ada.ns.cloudflare.example."),
            )
        )
    },
)
TAKEN = "block: www: {} at Cloudflare"


def _standing(*changes: Change, cloudflare: AskedCloudflare | None = None) -> GateContext:
    """Changes, and what Cloudflare says."""
    return replace(context(changes), cloudflare=cloudflare or STANDING)


def _parent(rdtype: str, content: str, before: str = "", **settings: Any) -> Change:
    """A record that is made, or whose content becomes another."""
    new = {"zoneId": "5f0c", "name": "www.musterstadt.example", "type": rdtype, "ttl": 300, **settings}
    operation = Operation.UPDATE if before else Operation.CREATE
    old = {**new, "content": before} if before else None
    return change(operation, RECORD, "www", old, {**new, "content": content})


PASSING: list[Case] = [
    ("preflight", lambda: _standing(_parent("A", "192.0.2.81")), []),
    ("preflight", lambda: _standing(_parent("A", "192.0.2.81", before="192.0.2.80")), []),
    ("preflight", lambda: _standing(_parent("NS", "ns2.example", name="z.musterstadt.example")), []),
    ("preflight", lambda: _standing(_parent("A", "192.0.2.1", name="musterstadt.example")), []),
    ("preflight", lambda: _standing(_parent("CNAME", "a.example", name="new.musterstadt.example")), []),
]

FAILING: list[Case] = [
    (
        "preflight",
        lambda: _standing(_parent("A", "192.0.2.80")),
        [TAKEN.format("www.musterstadt.example. A 192.0.2.80 stands already")],
    ),
    (
        "preflight",
        lambda: _standing(_parent("A", "192.0.2.80", before="192.0.2.79")),
        [TAKEN.format("www.musterstadt.example. A 192.0.2.80 stands already")],
    ),
    (
        "preflight",
        lambda: _standing(_parent("CNAME", "a.example")),
        [TAKEN.format("www.musterstadt.example. CNAME cannot stand beside the A that stands")],
    ),
    (
        "preflight",
        lambda: _standing(_parent("AAAA", "2001:db8::1", name="alias.musterstadt.example")),
        [TAKEN.format("alias.musterstadt.example. AAAA cannot stand beside the CNAME that stands")],
    ),
    (
        "preflight",
        lambda: _standing(_parent("A", "192.0.2.1", name="z.musterstadt.example")),
        [TAKEN.format("z.musterstadt.example. A cannot stand beside the NS that stands")],
    ),
    (
        "preflight",
        lambda: _standing(
            _parent("A", "192.0.2.1", zoneId="0bad"), cloudflare=replace(STANDING, unseen=frozenset({"0bad"}))
        ),
        ["block: Cloudflare shows no zone 0bad to this token"],
    ),
    (
        "preflight",
        lambda: _standing(cloudflare=NoAnswer("CLOUDFLARE_API_TOKEN is not set")),
        ["block: Cloudflare could not be asked: CLOUDFLARE_API_TOKEN is not set"],
    ),
]
