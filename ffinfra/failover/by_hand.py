"""What a person still has to change at a registrar without an API, read from the parent's nameservers."""

from __future__ import annotations

import asyncio

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.delegation.by_hand import change_by_hand
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.gathering import Asking, parent_servers
from ffinfra.dns.records import RRset
from ffinfra.dns.wire.delegation import read_delegation
from ffinfra.dns.wire.errors import WireError
from ffinfra.dns.wire.server import Server
from ffinfra.failover.convergence import Lookout
from ffinfra.problems import OperationalError


def changes_by_hand(lookout: Lookout, parent: ManualParent) -> tuple[str, ...]:
    """The exact change of every zone, a line each; none where the parent says already what it is to say.

    Raises:
        OperationalError: none of the parent's nameservers tells what it says now.
    """
    servers = asyncio.run(_servers(lookout))
    lines: list[str] = []
    for zone in lookout.declarations.zones:
        origin = zone.zone.origin
        wanted = delegation_rrsets(
            lookout.declarations.delegations, zone.declaration, lookout.mode, lookout.trust
        )
        found = _first_answer(servers, parent, origin)
        lines += change_by_hand(parent, origin, found, wanted)
    return tuple(lines)


def _first_answer(servers: tuple[Server, ...], parent: ManualParent, origin: str) -> tuple[RRset, ...]:
    reasons: list[str] = []
    for server in servers:
        try:
            return read_delegation(server, parent.origin, origin)
        except WireError as error:
            reasons.append(str(error))
    raise OperationalError(
        f"what {parent.origin} says about {origin} cannot be read: {'; '.join(reasons)}",
        "Mend the way to its nameservers, then run the same command again",
    )


async def _servers(lookout: Lookout) -> tuple[Server, ...]:
    async with LiveTransport(port=lookout.port) as transport:
        asking = Asking(transport, lookout.hints, lookout.families)
        found = await parent_servers(asking, lookout.declarations.delegations)
    if isinstance(found, Unknown):
        raise OperationalError(found.reason, "Give root hints with --hints, or mend the way to the parent")
    return tuple(Server(address, lookout.port) for address in found)
