"""What was declared when a stack was changed last: known, not there yet, or not known for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ffinfra.dns.delegation.declarations import Delegations
    from ffinfra.network.network import Network


@dataclass(frozen=True, slots=True)
class Earlier:
    """The declarations that were applied last."""

    network: Network
    delegations: Delegations


@dataclass(frozen=True, slots=True)
class NotKnown:
    """They cannot be told."""

    reason: str


@dataclass(frozen=True, slots=True)
class NothingYet:
    """The stack was never changed through the gate: nothing that serves is at risk."""


EarlierDeclarations = Earlier | NotKnown | NothingYet
