"""Comparing what the parent's nameservers say about a zone with what the mode means."""

from __future__ import annotations

from collections.abc import Sequence

import dns.name
import dns.rdatatype

from ffinfra.dns.answers.comparing import Comparison, Disagreement, answered
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Response, Section
from ffinfra.dns.records import RRset


async def compare_delegation(
    transport: LiveTransport, origin: str, declared: Sequence[RRset], parents: Sequence[str]
) -> Comparison:
    """Ask the parent's nameservers for the delegation of a zone; NS in authority, glue in additional.

    Args:
        transport: over which we ask.
        origin: the delegated zone.
        declared: NS and glue as they should be.
        parents: addresses of the parent's nameservers.
    """
    question = Question(dns.name.from_text(origin), dns.rdatatype.NS)
    disagreements: list[Disagreement] = []
    for server in parents:
        outcome = await transport.ask(server, question)
        for rrset in declared:
            section = Section.AUTHORITY if rrset.type == "NS" else Section.ADDITIONAL
            found = answered(outcome, rrset.key, section) if isinstance(outcome, Response) else None
            if found != rrset:
                shown = str(found) if found else "nothing"
                disagreements.append(Disagreement(server, str(rrset.key), str(rrset), shown))
    return Comparison(len(parents), tuple(disagreements))
