"""Renames: something deleted and the same created under another name, which an alias would spare."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.fingerprints import canonical_json
from ffinfra.gate.operations import Operation


@dataclass(frozen=True, slots=True)
class Rename:
    """A deletion and a creation of equal inputs.

    Attributes:
        old: the URN that would be deleted.
        new: the URN that would be created.
    """

    old: str
    new: str

    @property
    def alias_line(self) -> str:
        """The option that the new declaration needs, so that nothing is deleted."""
        return f"opts=pulumi.ResourceOptions(aliases=[{json.dumps(self.old)}])"


def renames(changes: ChangeSet) -> tuple[Rename, ...]:
    """All renames, by old URN.

    Only pairs that are plain: where two equal things go and two equal ones come, which became which is the
    person's to say. Secrets are masked in a digest, so two that differ count as equal here.
    """
    gone: dict[tuple[str, str], list[Change]] = defaultdict(list)
    come: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes.changes:
        match change.operation:
            case Operation.DELETE if change.old_inputs is not None:
                gone[change.type, canonical_json(change.old_inputs)].append(change)
            case Operation.CREATE if change.new_inputs is not None:
                come[change.type, canonical_json(change.new_inputs)].append(change)
            case _:
                pass
    found = [
        Rename(gone[key][0].urn, come[key][0].urn)
        for key in gone.keys() & come.keys()
        if len(gone[key]) == len(come[key]) == 1 and gone[key][0].custom
    ]
    return tuple(sorted(found, key=lambda rename: rename.old))
