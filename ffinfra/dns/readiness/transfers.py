"""What stands at nameservers without an API and nobody declared: seen by a transfer, where one is permitted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import dns.name
import dns.rdatatype

from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import Response
from ffinfra.dns.readiness.asking import Asking
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, Unknown
from ffinfra.dns.records import RRsetKey, Zone
from ffinfra.dns.sources.server import KEY_VARIABLE, key_of
from ffinfra.dns.wire.errors import WireError
from ffinfra.dns.wire.server import Server
from ffinfra.dns.wire.transfer import transfer_zone


async def ask_transfer(
    asking: Asking, zone: Zone, servers: Sequence[str], environment: Mapping[str, str]
) -> AccountFacts | Unknown | NotAsked:
    """What the first of the nameservers that permits a transfer holds beside the declared RRsets.

    Args:
        asking: how is asked.
        zone: as declared.
        servers: addresses that speak for the zone.
        environment: with the TSIG key of transfers (``FFINFRA_IMPORT_TSIG``), if there is one.

    Raises:
        InvalidInputError: that key has another form.
    """
    key = key_of(environment)
    for address in servers:
        if key is None and not await _permits(asking, address, zone.origin):
            continue
        try:
            served = await asyncio.to_thread(
                transfer_zone, Server(address, asking.port), zone.origin, key=key
            )
        except WireError:
            continue
        known = {rrset.key for rrset in zone.rrsets}
        own = {RRsetKey(zone.origin, rdtype) for rdtype in ("SOA", "NS")}
        held = {rrset.key for rrset in served.content}
        undeclared = tuple(sorted(held - known - own))
        return AccountFacts(f"transferred from {address}", in_order=True, undeclared=undeclared)
    how = "without TSIG key" if key is None else f"with the key of {KEY_VARIABLE}"
    return NotAsked(f"none of its nameservers permits a transfer to this machine {how}")


async def _permits(asking: Asking, address: str, origin: str) -> bool:
    """Whether a transfer begins when it is asked for; a refusal costs one question."""
    question = Question(dns.name.from_text(origin), dns.rdatatype.AXFR)
    outcome = await asking.transport.ask(address, question)
    return isinstance(outcome, Response) and outcome.succeeded and bool(outcome.message.answer)
