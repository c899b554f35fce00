"""Who, beside our own nameservers, may transfer a zone from our primary and is notified of its changes."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.servers import Address, NameserverAddress
from ffinfra.dns.delegation.sides import FriendSide, HetznerSecondarySide
from ffinfra.hosts.served_zones import OutsideSecondary


def outside_secondaries(delegations: Delegations, zone: DelegatedZone) -> tuple[OutsideSecondary, ...]:
    """The friends' secondaries of a zone, and its fallback where that one transfers."""
    return tuple(_of_zone(delegations, zone))


def _of_zone(delegations: Delegations, zone: DelegatedZone) -> Iterator[OutsideSecondary]:
    for friend in zone.secondaries:
        name = friend.name.replace(".", "-")[-63:].strip("-")
        yield OutsideSecondary(name=name, addresses=friend.transfer_from or friend.addresses, key=friend.key)
    side = delegations.fallback_of(zone)
    addresses = _addresses(delegations.fallback_servers(zone))
    match side:
        case HetznerSecondarySide():
            yield OutsideSecondary(
                name=f"hetzner-{side.key}"[:63], addresses=side.transfer_from or addresses, key=side.key
            )
        case FriendSide():
            yield OutsideSecondary(name=side.name, addresses=side.transfer_from or addresses, key=side.key)
        case _:
            return


def _addresses(servers: tuple[NameserverAddress, ...]) -> tuple[Address, ...]:
    return tuple(address for server in servers for address in server.addresses)
