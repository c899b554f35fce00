"""The addresses of nameservers that stand in no zone that was found, asked from the root down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

import dns.name

from ffinfra.adoption.layout import Resolved
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import Resolver


def resolve(
    names: Sequence[str], hints: tuple[Nameserver, ...], port: int, families: frozenset[Family]
) -> Resolved:
    """Name -> addresses; a name that has none is left out."""
    return asyncio.run(_resolve(names, hints, port, families))


async def _resolve(
    names: Sequence[str], hints: tuple[Nameserver, ...], port: int, families: frozenset[Family]
) -> Resolved:
    async with LiveTransport(port=port) as transport:
        resolver = Resolver(Network(transport, families), hints)
        found = await asyncio.gather(*(resolver.addresses(dns.name.from_text(name)) for name in names))
        await resolver.close()
    return {
        name: tuple(ip_address(one) for one in addresses)
        for name, addresses in zip(names, found, strict=True)
        if addresses
    }
