"""Why a command has no result."""

from __future__ import annotations

from enum import StrEnum


class FailureKind(StrEnum):
    """Why there is no result."""

    FAILED = "failed"
    """The world did not play along (exit code 1)."""
    BLOCKED = "blocked"
    """A rule or a check stands against it (exit code 3)."""
    REFUSED = "refused"
    """No approval fits (exit code 4)."""
    INTERRUPTED = "interrupted"
    """Broken off by a person (exit code 130)."""
