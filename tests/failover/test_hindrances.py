"""What forbids a switch, and what forcing it costs."""

from __future__ import annotations

from ffinfra.dns.delegation.modes import Mode
from ffinfra.dns.readiness.estimates import estimates
from ffinfra.dns.readiness.judging import Reason, ZoneReadiness
from ffinfra.failover.hindrances import cost, hindrances
from tests.dns.delegation.samples import delegations, signed


def readiness(*ids: str) -> ZoneReadiness:
    reasons = tuple(Reason(one, "what", "way out") for one in ids)
    return ZoneReadiness("mesh.net.example.", Mode.FALLBACK, reasons, estimates(300, 300), ())


def told(*ids: str) -> str:
    declared = delegations()
    found = readiness(*ids)
    return cost(declared, declared.zones[0], found, found.reasons)


def test_some_nameservers_are_dead() -> None:
    assert told("no-authority", "answers-differ", "answers-differ") == (
        "mesh.net.example.: 1 of 2 addresses do not answer, so that visitors wait; visitors get other answers"
        " than declared; undoing it takes up to 600 s again"
    )


def test_all_nameservers_are_dead() -> None:
    assert told("no-authority", "no-authority") == (
        "mesh.net.example.: nobody gets an answer; undoing it takes up to 600 s again"
    )


def test_a_ds_that_is_taken_out_first_forbids_nothing() -> None:
    found = readiness("ds-breaks", "parent-unknown")
    unsigned, staged = delegations(), delegations(signed())
    assert [one.id for one in hindrances(unsigned, unsigned.zones[0], found)] == [
        "ds-breaks",
        "parent-unknown",
    ]
    assert [one.id for one in hindrances(staged, staged.zones[0], found)] == ["parent-unknown"]
