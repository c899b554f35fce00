"""The engine's policy packs that a project brings along: they judge every preview that the gate takes.

Documented at https://www.pulumi.com/docs/insights/policy/policy-packs/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from ffinfra.problems import InvalidInputError, Place, Problem

FOLDER: Final = "policies"
"""In the project: a folder in it for each pack."""


def policy_packs(project: Path) -> tuple[Path, ...]:
    """The folders of the packs, sorted by name; an approval binds whatever lies in them.

    Raises:
        InvalidInputError: one lies where it would not be taken (what judges nothing must not look like a judge),
            or its program lies elsewhere.
    """
    folder = project / FOLDER
    packs = sorted(folder.glob("*/PulumiPolicy.yaml"))
    found = {file for depth in ("", "*/", "*/*/") for file in folder.glob(f"{depth}PulumiPolicy.*")}
    if strays := sorted(found - set(packs)):
        raise InvalidInputError([_stray(file.relative_to(project)) for file in strays])
    if outside := [file for file in packs if not _main(file).is_relative_to(file.parent.resolve())]:
        raise InvalidInputError([_elsewhere(file.relative_to(project)) for file in outside])
    return tuple(file.parent for file in packs)


def _main(pack: Path) -> Path:
    """The program that the engine would start for a pack; one that cannot be read is the engine's to refuse."""
    try:
        declared = yaml.safe_load(pack.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return pack.parent.resolve()
    main = declared.get("main") if isinstance(declared, dict) else None
    return (pack.parent / str(main or "")).resolve()


def _elsewhere(file: Path) -> Problem:
    what = "names a program outside of its folder (main), which no approval would bind"
    return Problem(place=Place(str(file)), what=what, way_out="Keep the pack's program in its folder")


def _stray(file: Path) -> Problem:
    what = "is not where a policy pack is looked for, and would judge nothing"
    return Problem(place=Place(str(file)), what=what, way_out=f"Call it {FOLDER}/NAME/PulumiPolicy.yaml")
