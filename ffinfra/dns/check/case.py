"""What a test case is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ffinfra.dns.check.findings import Finding, Level, Message, Skipped
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

SPECIFICATIONS: Final = (
    "https://github.com/zonemaster/zonemaster/blob/master/docs/public/specifications/tests/"
)

Procedure = Callable[[Zone, Network], Awaitable[list[Message] | Skipped]]
"""What a test case does: from a zone and the network to messages, or why it was not done."""


@dataclass(frozen=True, eq=False)
class Case:
    """One test case of the public Zonemaster specification.

    Attributes:
        id: the identifier in lower case, such as ``basic02``.
        title: what the case asks for, in a few words.
        source: the specification.
        levels: the message tags with the levels of Zonemaster's default profile.
        procedure: what it does.
    """

    id: str
    title: str
    source: str
    levels: Mapping[str, Level]
    procedure: Procedure

    def findings(self, messages: Iterable[Message]) -> tuple[Finding, ...]:
        """The messages with their levels."""
        return tuple(Finding(self.id, one.tag, self.levels[one.tag], one.arguments) for one in messages)
