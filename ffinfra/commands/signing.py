"""The key that a person signs with, and what is said of a signature."""

from __future__ import annotations

import os
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.problems import OperationalError


def signing_key(given: Path | None) -> Path:
    """The key to sign with: as given, of the environment, or the user's own.

    Raises:
        OperationalError: there is none.
    """
    candidates = [
        given,
        Path(os.environ["FFINFRA_SIGNING_KEY"]) if "FFINFRA_SIGNING_KEY" in os.environ else None,
        Path.home() / ".ssh" / "id_ed25519",
    ]
    for path in candidates:
        if path is not None and path.is_file():
            return path
    raise OperationalError("there is no key to sign with", "Give one with --key; see ssh-keygen -t ed25519")


def signed_words(stored: StoredApproval) -> str:
    """Which approval has a signature more, and how many it needs."""
    have, need = len(stored.signatures), stored.record.approvals_needed
    return f"signed approval {stored.record.identifier[:12]}: {have} of {need} signatures"
