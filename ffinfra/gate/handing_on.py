"""What a change hands on to those who judge the next one: who may approve, and what is free."""

from __future__ import annotations

from dataclasses import dataclass

from ffinfra.gate.signers import Authority


@dataclass(frozen=True, slots=True)
class UnknownAuthority:
    """Who and what judges the change cannot be told here.

    Attributes:
        reason: why, as a part of a sentence.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class HandingOn:
    """The present judges and the next ones.

    Attributes:
        before: who and what judges this change.
        signers: the text of .allowed_signers that would judge the next.
        free_additions: whether pure additions would need nobody then.
        apart: the signers are approved by themselves, once the rest is applied.
    """

    before: Authority | UnknownAuthority
    signers: str
    free_additions: bool
    apart: bool = False

    @property
    def changes_signers(self) -> bool:
        """Whether others may approve; False where that cannot be told."""
        return isinstance(self.before, Authority) and self.signers != self.before.signers

    @property
    def changes_free(self) -> bool:
        """Whether other things are free; False where that cannot be told."""
        return isinstance(self.before, Authority) and self.free_additions != self.before.free_additions

    @property
    def asks_a_signature(self) -> bool:
        """Whether somebody must sign, even if nothing else changes."""
        return self.changes_signers or self.changes_free

    @property
    def free_now(self) -> bool:
        """Whether pure additions need nobody in this change; not where that cannot be told."""
        return isinstance(self.before, Authority) and self.before.free_additions
