"""What a rule says about a change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GLASS_BROKEN: Final = "glass-broken"
"""The rule that tells of an override until it is acknowledged; every report shows it in red, as a note too."""


class Severity(StrEnum):
    """What a finding means for the change."""

    NOTE = "note"
    """Worth reading; one approval."""
    DESTRUCTIVE = "destructive"
    """May be wanted, but two people must say so."""
    BLOCK = "block"
    """Cannot be approved; the way out says what to change, or the rule is waived by name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        rule: the rule's identifier.
        severity: what it means.
        reason: what is wrong, in a sentence that names the values.
        resources: URNs or places in the declarations, sorted.
        way_out: what to do.
        waived: by which waiver it weighs nothing, in words; empty where none bears it.
    """

    rule: str
    severity: Severity
    reason: str
    resources: tuple[str, ...]
    way_out: str
    waived: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it stops the change."""
        return self.severity is Severity.BLOCK and not self.waived


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not be applied, and why; never a silent gap."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the rules said of one change set."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether the change cannot be approved as it is."""
        return any(finding.blocks for finding in self.findings)

    @property
    def destructive(self) -> bool:
        """Whether two people must approve."""
        return any(
            finding.severity is Severity.DESTRUCTIVE and not finding.waived for finding in self.findings
        )
