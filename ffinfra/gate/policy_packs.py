"""The engine's policy packs that a project brings along: they judge every preview that the gate takes.

Documented at https://www.pulumi.com/docs/insights/policy/policy-packs/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ffinfra.problems import InvalidInputError, Place, Problem

FOLDER: Final = "policies"
"""In the project: a folder in it for each pack."""


def policy_packs(project: Path) -> tuple[Path, ...]:
    """The folders of the packs, sorted by name; an approval binds whatever lies in them.

    Raises:
        InvalidInputError: one lies where it would not be taken: what judges nothing must not look like a judge.
    """
    folder = project / FOLDER
    packs = sorted(folder.glob("*/PulumiPolicy.yaml"))
    found = {file for depth in ("", "*/", "*/*/") for file in folder.glob(f"{depth}PulumiPolicy.*")}
    if strays := sorted(found - set(packs)):
        raise InvalidInputError([_stray(file.relative_to(project)) for file in strays])
    return tuple(file.parent for file in packs)


def _stray(file: Path) -> Problem:
    what = "is not where a policy pack is looked for, and would judge nothing"
    return Problem(place=Place(str(file)), what=what, way_out=f"Call it {FOLDER}/NAME/PulumiPolicy.yaml")
