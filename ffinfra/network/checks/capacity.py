"""Guests must fit on their hosts."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.mismatch import Mismatch, each, found
from ffinfra.network.hosts import AnyHost, CloudSlice, DedicatedHost
from ffinfra.network.machines import Guest
from ffinfra.network.network import Network


def sizes(network: Network) -> Iterator[Mismatch]:
    """A guest of a dedicated host states its size; one of a slice has its server type's."""
    hosts = hosts_by_name(network)
    for kind in ("supernodes", "nameservers"):

        def of_guest(index: int, guest: Guest, kind: str = kind) -> Iterator[Mismatch]:
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

        yield from each(getattr(network, kind, ()), of_guest)


def hosts_by_name(network: Network) -> dict[str, AnyHost]:
    """The hosts whose names could be read."""
    return {host.name: host for host in network.hosts if "name" in host.__dict__}


def capacity(network: Network) -> Iterator[Mismatch]:
    """The guests of a host together take no more than it has."""

    def of_host(index: int, host: AnyHost) -> Iterator[Mismatch]:
        guests = _guests_of(network, host.name)
        match host:
            case CloudSlice():
                yield from _servers(index, host, guests)
            case DedicatedHost():
                for setting, unit in (
                    ("cores", "cores"),
                    ("memory", "GiB of memory"),
                    ("disk", "GiB of disk"),
                ):
                    yield from _share(network, ("hosts", index, setting), unit, guests)
            case _:
                pass

    yield from each(network.hosts, of_host)


def _guests_of(network: Network, host: str) -> list[Guest]:
    """The guests that are known to be on a host."""
    guests = (*getattr(network, "supernodes", ()), *getattr(network, "nameservers", ()))
    return [guest for guest in guests if getattr(guest, "host", None) == host]


def _servers(index: int, host: CloudSlice, guests: list[Guest]) -> Iterator[Mismatch]:
    if len(guests) > host.maximum_servers:
        yield Mismatch(
            ("hosts", index, "maximum_servers"),
            f"{len(guests)} guests on {host.name}, which allows {host.maximum_servers} servers",
            "Move a guest, or have the account's limit raised and note it here",
        )


def _share(network: Network, at: tuple[str, int, str], unit: str, guests: list[Guest]) -> Iterator[Mismatch]:
    """Sizes that could not be read count as nothing: what is said to be too much is too much without them."""
    kind, index, setting = at
    wanted = sum(value for guest in guests for _, value in found(guest, [("size", setting)]))
    for path, has in found(network, [at]):
        if wanted > has:
            names = ", ".join(getattr(guest, "name", "one without a name") for guest in guests)
            yield Mismatch(
                path,
                f"the guests of {getattr(network, kind)[index].name} take {wanted} {unit}, it has {has}",
                f"Make a guest smaller or move one ({names})",
            )
