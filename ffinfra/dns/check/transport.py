"""Where questions go: the network, a recording, or a world that a test made."""

from __future__ import annotations

from typing import Protocol

from ffinfra.dns.check.once import Once
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Outcome


class Transport(Protocol):
    """Asks one question of one address; never raises for what the network or a server does."""

    async def ask(self, address: str, question: Question) -> Outcome:
        """The response, or why there is none."""
        ...


class AskOnce:
    """A transport over another one that asks each question of each address once a run.

    Attributes:
        asked: how many different questions were passed on.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._outcomes: Once[tuple[str, Question], Outcome] = Once()

    @property
    def asked(self) -> int:
        """How many different questions were passed on."""
        return len(self._outcomes)

    async def ask(self, address: str, question: Question) -> Outcome:
        """The outcome of the first time that this was asked."""
        return await self._outcomes.get((address, question), lambda: self._transport.ask(address, question))

    async def close(self) -> None:
        """Give up what is still being asked."""
        await self._outcomes.close()
