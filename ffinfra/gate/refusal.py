"""A refusal: why an approval counts for nothing here and now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an approval counts for nothing here and now."""

    reason: str
    way_out: str


class ApprovalRefusedError(Exception):
    """Raised when there is no approval that fits; the command line exits with 4."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(f"{refusal.reason}. {refusal.way_out}")
