"""The SOA record that the cases about its values look at."""

from __future__ import annotations

from typing import Final

from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone

NO_SOA_LEVELS: Final = {"NO_RESPONSE_SOA_QUERY": Level.DEBUG}


def no_soa() -> list[Message]:
    """What is said where no server gives an authoritative SOA."""
    return [message("NO_RESPONSE_SOA_QUERY")]


async def authoritative_soa(zone: Zone) -> SOA | None:
    """The SOA of the first server that gives one with the AA flag."""
    async for response in zone.v1.responses(zone.name, SOA_TYPE):
        soas = response.rdatas(SOA, sections=ANSWER)
        if soas and response.authoritative:
            return soas[0]
    return None
