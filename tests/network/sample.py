"""The sample network, and copies of it with mistakes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STACK_FILE = "Pulumi.prod.yaml"


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """A text with the first place of each key replaced by its value.

    Raises:
        ValueError: a key does not stand in it, so the test would test nothing.
    """
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"the sample does not hold {old!r}")
        text = text.replace(old, new, 1)
    return text


def project_with(folder: Path, changes: Mapping[str, str], delegations: Mapping[str, str]) -> Path:
    """A copy of the project's declarations with changes to the stack file and to the delegations."""
    folder.mkdir()
    shutil.copytree(CHECKOUT / "dns", folder / "dns")
    for name in ("Pulumi.yaml", "Pulumi.failover.yaml"):
        shutil.copy(CHECKOUT / name, folder)
    (folder / STACK_FILE).write_text(
        with_changes((CHECKOUT / STACK_FILE).read_text("utf-8"), changes), "utf-8"
    )
    file = folder / "dns" / "delegations.yaml"
    file.write_text(with_changes(file.read_text("utf-8"), delegations), "utf-8")
    return folder
