"""The zone under check, with everything that the test cases share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dns.name import Name

from ffinfra.dns.check.asn import AsnSource
from ffinfra.dns.check.methods_v1 import MethodsV1
from ffinfra.dns.check.methods_v2 import MethodsV2
from ffinfra.dns.check.naming import ROOT, Nameserver, absolute
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.undelegated import ParentOverlay, Undelegated

ARPA: Final = absolute("arpa")


@dataclass(frozen=True)
class Zone:
    """The zone under check.

    Attributes:
        name: its name.
        resolver: resolves names as the zone's visitors would see them.
        v1: nameservers by Methods 1 to 5.
        v2: nameservers by MethodsV2.
        undelegated: the delegation to be tried, or None for the published one.
        asn_source: which networks announce an address, or None when the user gave no source.
    """

    name: Name
    resolver: Resolver
    v1: MethodsV1
    v2: MethodsV2
    undelegated: Undelegated | None = None
    asn_source: AsnSource | None = None

    @property
    def is_undelegated(self) -> bool:
        """Whether NS names are given instead of the published delegation."""
        return self.undelegated is not None and bool(self.undelegated.nameservers)

    @property
    def is_tld(self) -> bool:
        """Whether the zone lies directly under the root."""
        return len(self.name.labels) == 2

    @property
    def expects_no_mail(self) -> bool:
        """Whether it is the root, a top-level domain or a zone under arpa."""
        return self.name == ROOT or self.is_tld or self.name.is_subdomain(ARPA)

    async def close(self) -> None:
        """Give up what is under way."""
        await self.v1.close()
        await self.v2.close()
        await self.resolver.close()


async def open_zone(
    name: Name,
    network: Network,
    hints: Sequence[Nameserver],
    undelegated: Undelegated | None = None,
    asn_source: AsnSource | None = None,
) -> Zone:
    """The zone, with the undelegated data put in front of its parent's servers."""
    resolver = Resolver(network, hints)
    if undelegated is None:
        return Zone(name, resolver, MethodsV1(name, resolver), MethodsV2(name, resolver), None, asn_source)
    complete = await _complete(name, undelegated, resolver)
    parent = MethodsV1(await resolver.parent(name), resolver)
    addresses = frozenset(server.address for server in await parent.child_servers())
    await resolver.close()
    overlay = ParentOverlay(name, complete, addresses)
    inside = Resolver(Network(network.transport, network.families, overlay, network.ledger), hints)
    given = complete.nameservers or None
    v1, v2 = MethodsV1(name, inside, given), MethodsV2(name, inside, given)
    return Zone(name, inside, v1, v2, complete, asn_source)


async def _complete(zone: Name, undelegated: Undelegated, resolver: Resolver) -> Undelegated:
    """Look up the names outside the zone that came without an address."""
    addresses = {
        name: known or (() if name.is_subdomain(zone) else await resolver.addresses(name))
        for name, known in undelegated.nameservers.items()
    }
    return Undelegated(addresses, undelegated.ds)
