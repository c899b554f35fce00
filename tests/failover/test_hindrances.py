"""What forcing a switch costs."""

from __future__ import annotations

import pytest

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.estimates import estimates
from ffinfra.dns.readiness.verdict import Reason, ZoneReadiness
from ffinfra.failover.hindrances import cost
from tests.dns.delegation.samples import delegations


def readiness(*ids: str) -> ZoneReadiness:
    reasons = tuple(Reason(one, "what", "way out") for one in ids)
    return ZoneReadiness("mesh.net.example.", Mode.FALLBACK, reasons, estimates(300, 300), ())


def told(*ids: str) -> str:
    declared = delegations()
    return cost(declared, declared.zones[0], readiness(*ids))


def test_some_nameservers_are_dead() -> None:
    assert told("no-authority", "answers-differ", "answers-differ") == (
        "mesh.net.example.: 1 of 2 addresses do not answer, so that visitors wait; visitors get other answers"
        " than declared; undoing it takes up to 600 s again"
    )


def test_all_nameservers_are_dead() -> None:
    assert told("no-authority", "no-authority") == (
        "mesh.net.example.: nobody gets an answer; undoing it takes up to 600 s again"
    )


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("not-compared", "nobody knows whether all answers are as declared"),
        ("behind", "visitors get answers of yesterday"),
        (
            "expires",
            "the new nameservers may stop answering within that time, and then nobody gets an answer",
        ),
        ("account-unknown", "the provider may stop answering for the zone; nobody could ask it"),
        (
            "not-delegated",
            "nobody finds the zone where the parent does not name it; the switch enters it anew",
        ),
        ("signatures-end", "validating resolvers answer SERVFAIL once the signatures have ended"),
    ],
)
def test_each_reason_has_its_price(reason: str, expected: str) -> None:
    assert told(reason) == f"mesh.net.example.: {expected}; undoing it takes up to 600 s again"
