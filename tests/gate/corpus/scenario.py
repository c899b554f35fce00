"""One preview of the corpus: what the state holds, what the program declares, and how the engine is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ffinfra.dns.delegation.mode import Mode
from tests.gate.corpus.resources import Declared
from tests.gate.corpus.standing import Standing


@dataclass(frozen=True)
class Scenario:
    """One preview.

    Attributes:
        name: of its files.
        before: what the state holds.
        after: what the program declares.
        stack: ``prod`` or ``failover``.
        mode: the failover stack's.
        gated: whether the program puts the gate's hooks on its resources.
        options: of ``pulumi preview``.
        raises: what the program fails with at its end.
        standing: what the provider holds, where the preview reads it.
        policies: whether the pack in tests/gate/policies judges it; then its event log is recorded too.
    """

    name: str
    before: tuple[Declared, ...]
    after: tuple[Declared, ...]
    stack: str = "prod"
    mode: Mode | None = None
    gated: bool = True
    options: tuple[str, ...] = ()
    raises: str = ""
    standing: tuple[Standing, ...] = ()
    policies: bool = False


def to(name: str, before: Sequence[Declared], after: Sequence[Declared], **settings: object) -> Scenario:
    """A preview between two programs, on prod unless it is said otherwise."""
    return replace(Scenario(name, tuple(before), tuple(after)), **settings)  # type: ignore[arg-type]


def kept(one: Declared, **options: object) -> Declared:
    """The same resource with other options."""
    return replace(one, **options)  # type: ignore[arg-type]
