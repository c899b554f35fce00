"""Guests must fit on their hosts."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.network.checks.mismatch import Mismatch
from ffinfra.network.hosts import CloudSlice, DedicatedHost
from ffinfra.network.network import Network


def sizes(network: Network) -> Iterator[Mismatch]:
    """A guest of a dedicated host states its size; one of a slice has its server type's."""
    hosts = {host.name: host for host in network.hosts}
    for kind in ("supernodes", "nameservers"):
        for index, guest in enumerate(getattr(network, kind)):
            match hosts.get(guest.host):
                case DedicatedHost() if guest.size is None:
                    yield Mismatch(
                        (kind, index), f"{guest.name} has no size", "Give cores, memory and disk under size"
                    )
                case CloudSlice() as host if guest.size is not None:
                    yield Mismatch(
                        (kind, index, "size"),
                        f"{guest.name} has a size, but its size is that of {host.server_type}",
                        "Remove size, or choose another server_type for the slice",
                    )
                case _:
                    pass


def capacity(network: Network) -> Iterator[Mismatch]:
    """The guests of a host together take no more than it has."""
    for index, host in enumerate(network.hosts):
        guests = list(network.guests_of(host.name))
        if isinstance(host, CloudSlice):
            if len(guests) > host.maximum_servers:
                yield Mismatch(
                    ("hosts", index, "maximum_servers"),
                    f"{len(guests)} guests on {host.name}, which allows {host.maximum_servers} servers",
                    "Move a guest, or have the account's limit raised and note it here",
                )
            continue
        for setting, unit in (("cores", "cores"), ("memory", "GiB of memory"), ("disk", "GiB of disk")):
            wanted = sum(getattr(guest.size, setting) for guest in guests if guest.size is not None)
            has = getattr(host, setting)
            if wanted > has:
                yield Mismatch(
                    ("hosts", index, setting),
                    f"the guests of {host.name} take {wanted} {unit}, it has {has}",
                    f"Make a guest smaller or move one ({', '.join(guest.name for guest in guests)})",
                )
