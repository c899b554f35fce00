"""The engine's policy packs that a project brings along: they judge every preview that the gate takes.

Documented at https://www.pulumi.com/docs/insights/policy/policy-packs/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = "policies"
"""In the project: a folder in it for each pack."""


def policy_packs(project: Path) -> tuple[Path, ...]:
    """The folders of the packs, sorted by name; an approval binds whatever lies in them."""
    return tuple(sorted(file.parent for file in (project / FOLDER).glob("*/PulumiPolicy.yaml")))
