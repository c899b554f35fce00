"""A checkout of a test's own, in which a lab can stand beside another."""

from __future__ import annotations

import shutil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_FILES = ("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.failover.yaml", "__main__.py", "requirements.lock")
_FOLDERS = ("components", "ffinfra", "dns", "plugins", "ansible")
_LINKS = (".venv", ".tools")


def make_checkout(folder: Path) -> Path:
    """Copy what a lab is made from; tools and the virtual environment are those of this checkout."""
    folder.mkdir()
    for name in _FILES:
        shutil.copy2(CHECKOUT / name, folder / name)
    for name in _FOLDERS:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _LINKS:
        (folder / name).symlink_to((CHECKOUT / name).resolve())
    return folder
