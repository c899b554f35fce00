"""What may be seen of one zone before a switch, as values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ffinfra.dns.answers.comparing import Comparison
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.facts import ParentFacts, TargetFacts, ZoneFacts
from ffinfra.dns.readiness.judging import judge
from ffinfra.dns.readiness.staging import Plan
from ffinfra.dns.readiness.verdict import ZoneReadiness
from ffinfra.dns.records import SOA, make_rrset

FIRST, SECOND = "192.0.2.1", "192.0.2.2"
OWN_FIRST, OWN_SECOND = "198.51.100.1", "198.51.100.2"
PARENT = ParentFacts(("192.0.2.9",), 300, frozenset())
APEX = make_rrset("mesh.net.example.", "NS", 600, ["ns1.provider.example.", "ns2.provider.example."])
TIMERS = SOA(mname="a.", rname="b.", serial=1, refresh=14400, retry=3600, expire=1209600, minimum=60, ttl=60)
TARGETS = TargetFacts(Comparison(8, ()), {FIRST: 2, SECOND: 2})
FACTS = ZoneFacts(APEX, PARENT, TARGETS, soa=TIMERS)


def declared(*, fallback: str = "provider.example", backend: str = "hetzner", **zone: Any) -> Delegations:
    """One zone, and another one of ours beside it."""
    return Delegations.model_validate(
        {
            "parent": {"zone": "net.example", "backend": "cloudflare", "zone_id": "0" * 32, "ttl": 300},
            "nameservers": {
                "own": [
                    {"name": "ns1.mesh.net.example", "ipv4": OWN_FIRST},
                    {"name": "ns2.mesh.net.example", "ipv4": OWN_SECOND},
                ],
                "fallback": [
                    {"name": f"ns1.{fallback}", "ipv4": FIRST},
                    {"name": f"ns2.{fallback}", "ipv4": SECOND},
                ],
            },
            "fallback_backend": backend,
            "zones": [{"zone": "mesh.net.example", **zone}, {"zone": "ff.net.example"}],
        }
    )


def judged(
    declarations: Delegations | None = None,
    target: Mode = Mode.FALLBACK,
    *,
    plan: Plan | None = None,
    targets: TargetFacts = TARGETS,
    **seen: Any,
) -> ZoneReadiness:
    """The judgement of the first zone; what is not given was seen well."""
    delegations = declarations or declared()
    return judge(delegations, delegations.zones[0], target, replace(FACTS, targets=targets, **seen), plan)


def ids(found: ZoneReadiness) -> list[str]:
    """The reasons against it."""
    return [reason.id for reason in found.reasons]
