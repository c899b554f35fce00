"""The network as one check of one zone sees it: IP versions switched off, an undelegated zone, a memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from dns.name import Name
from dns.rdatatype import RdataType

from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.question import Edns, NoResponse, NotRecorded, Protocol, Question, Silence
from ffinfra.dns.check.response import Outcome, Response
from ffinfra.dns.check.transport import Transport
from ffinfra.dns.check.undelegated import ParentOverlay


@dataclass
class Ledger:
    """What one check got to hear.

    Attributes:
        responses: how many questions were answered, repeated ones included.
        silent: how many were not.
        not_recorded: questions that a replay could not answer, in the order asked.
    """

    responses: int = 0
    silent: int = 0
    not_recorded: dict[NotRecorded, None] = field(default_factory=dict)

    def note(self, outcome: Outcome) -> None:
        """Count one outcome."""
        match outcome:
            case Response():
                self.responses += 1
            case NoResponse():
                self.silent += 1
            case NotRecorded():
                self.not_recorded[outcome] = None


@dataclass(frozen=True)
class Network:
    """Asks nameservers; the one place where IP versions and the undelegated zone are respected.

    Attributes:
        transport: where questions really go.
        families: the IP versions in use.
        overlay: what an undelegated zone's parent is taken to answer.
        ledger: what was heard.
    """

    transport: Transport
    families: frozenset[Family] = frozenset(Family)
    overlay: ParentOverlay | None = None
    ledger: Ledger = field(default_factory=Ledger)

    async def outcome(self, server: Nameserver, question: Question) -> Outcome:
        """The response, or why there is none."""
        if server.family not in self.families:
            return NoResponse(Silence.DISABLED)
        outcome: Outcome | None = self.overlay.answer(server.address, question) if self.overlay else None
        if outcome is None:
            outcome = await self.transport.ask(server.address, question)
        self.ledger.note(outcome)
        return outcome

    async def ask(
        self,
        server: Nameserver,
        name: Name,
        rdtype: RdataType,
        *,
        over: Protocol = Protocol.UDP,
        edns: Edns = Edns.NONE,
        recurse: bool = False,
        fallback: bool = True,
    ) -> Response | None:
        """The response, or None when there is none to judge by.

        A question that a replay does not hold counts like silence here: the procedures of the test cases
        know no third case. It stays in the ledger, so that a verdict can be seen to hang on it.
        """
        question = Question(name, rdtype, over, edns, recurse, fallback)
        outcome = await self.outcome(server, question)
        return outcome if isinstance(outcome, Response) else None

    async def ask_all(
        self, servers: Iterable[Nameserver], name: Name, rdtype: RdataType, edns: Edns = Edns.NONE
    ) -> list[tuple[Nameserver, Response | None]]:
        """The same question to several servers at once; the answers in the order of the servers."""
        asked = list(servers)
        answers = await asyncio.gather(*(self.ask(server, name, rdtype, edns=edns) for server in asked))
        return list(zip(asked, answers, strict=True))

    def usable(self, servers: Iterable[Nameserver]) -> list[Nameserver]:
        """The servers whose IP version is switched on."""
        return [server for server in servers if server.family in self.families]
