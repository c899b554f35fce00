"""What differs between the state and the world, apart from changes that the program asks for anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.findings import Finding


@dataclass(frozen=True, slots=True)
class Drift:
    """How a stack stands.

    Attributes:
        drifted: steps that only the world asks for: somebody changed something behind the program's back.
        waiting: how many steps the program asks for that nobody has applied.
        standby: why no switch lies signed for the night; empty where one does, or the stack is none that switches.
        findings: what the rules say of the preview that asked the world.
    """

    drifted: tuple[Change, ...]
    waiting: int
    standby: str
    findings: tuple[Finding, ...] = ()

    @property
    def found(self) -> bool:
        """Whether somebody should look; a rule's note alone is no reason to."""
        return bool(self.drifted or self.standby or any(finding.blocks for finding in self.findings))


def drift_of(plain: ChangeSet, refreshed: ChangeSet) -> tuple[Change, ...]:
    """The steps of a preview that asked the world, without those of one that did not."""
    expected = {(change.urn, change.operation, change.properties) for change in plain.effective}
    return tuple(
        change
        for change in refreshed.effective
        if (change.urn, change.operation, change.properties) not in expected
    )


def only_drifted(refreshed: ChangeSet, drifted: Iterable[Change]) -> ChangeSet:
    """A preview that asked the world, with these steps alone and with what stays as it is beside them."""
    drifted = tuple(drifted)
    same = tuple(change for change in refreshed.changes if not change.operation.changes_something)
    return ChangeSet(
        tuple(sorted((*same, *drifted), key=lambda change: (change.urn, change.operation.value)))
    )
