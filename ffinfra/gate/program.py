"""Which files make up the program, and their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

PROGRAM_FILES = ("Pulumi.yaml", "__main__.py", "gate_rules.py", "waivers.yaml", "requirements.lock")
"""Single files; one that is missing counts as such."""

PROGRAM_FOLDERS = ("components", "ffinfra", "dns", "plugins", "ansible", "credentials")
"""Folders whose every file counts. Stack files are bound as configuration, approvals/ never."""

_LEFT_OUT = frozenset({"__pycache__"})


def program_files(root: Path) -> Iterator[Path]:
    """Every file that the program or the gate reads, in a stable order."""
    for name in PROGRAM_FILES:
        if (root / name).is_file():
            yield root / name
    for folder in PROGRAM_FOLDERS:
        yield from sorted(
            path
            for path in (root / folder).rglob("*")
            if path.is_file() and _LEFT_OUT.isdisjoint(path.relative_to(root).parts)
        )


def program_digest(root: Path, declarations: tuple[Path, ...] = ()) -> str:
    """SHA-256 over names and contents.

    Args:
        root: the project.
        declarations: further files that the stack reads, such as the stack file with the network when the
            stack is failover.
    """
    total = hashlib.sha256()
    for path in (*program_files(root), *declarations):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return total.hexdigest()
