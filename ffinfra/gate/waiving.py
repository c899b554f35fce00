"""Findings and waivers brought together: what is borne, and which waivers are idle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ffinfra.gate.findings import Finding, Severity

if TYPE_CHECKING:
    from ffinfra.gate.waivers import Waiver


def in_force(waivers: Iterable[Waiver], waivable: Collection[str], today: date) -> tuple[Waiver, ...]:
    """The waivers that count: of a rule that may be waived, not expired, neither too broad nor too long."""
    return tuple(
        waiver
        for waiver in waivers
        if waiver.rule in waivable
        and not (waiver.expired(today) or waiver.too_broad or waiver.too_long(today))
    )


def waived(finding: Finding, waivers: Iterable[Waiver]) -> Finding:
    """A finding, marked with the waiver that bears it; a finding without resources cannot be waived."""
    for waiver in waivers:
        if waiver.rule == finding.rule and finding.resources and all(map(waiver.fits, finding.resources)):
            words = f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"
            return replace(finding, waived=words)
    return finding


def idle(
    waivers: Sequence[Waiver], findings: Sequence[Finding], judged: Collection[str]
) -> Iterator[Finding]:
    """Waivers of rules that were applied, which nothing needed: a note each."""
    for waiver in waivers:
        used = any(
            finding.rule == waiver.rule and finding.resources and all(map(waiver.fits, finding.resources))
            for finding in findings
        )
        if waiver.rule in judged and not used:
            yield Finding(
                rule="waivers-hold",
                severity=Severity.NOTE,
                reason=f"the waiver of {waiver} is not needed by this change",
                resources=(str(waiver),),
                way_out="If what it was for is gone, remove it from waivers.yaml",
            )
