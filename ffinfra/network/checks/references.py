"""Names that must be unique, and names that must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.checks.mismatch import Mismatch, Path, Unread, repeated
from ffinfra.network.hosts import CloudSlice
from ffinfra.network.network import Network


def names(network: Network) -> Iterator[Mismatch]:
    """Machines, hosters and administrators have names of their own."""
    machines: list[tuple[Path, str]] = []
    for kind in ("hosts", "supernodes", "nameservers"):
        for index, machine in enumerate(getattr(network, kind)):
            machines.append(((kind, index, "name"), machine.name))
    yield from repeated(machines, lambda name, first: f"machine {name} stands already at {first}")
    hosters = ((("hosters", index, "name"), hoster.name) for index, hoster in enumerate(network.hosters))
    yield from repeated(hosters, lambda name, first: f"hoster {name} stands already at {first}")
    people = (
        (("administrators", index, "name"), person.name)
        for index, person in enumerate(network.administrators)
    )
    yield from repeated(people, lambda name, first: f"administrator {name} stands already at {first}")


def references(network: Network, unread: Unread) -> Iterator[Mismatch]:
    """Hosters and hosts that are named are declared, and what is ordered is on offer."""
    hosters = [*(hoster.name for hoster in network.hosters), *unread.hosters]
    hosts = [*(host.name for host in network.hosts), *unread.hosts]
    for index, host in enumerate(network.hosts):
        if host.location.hoster not in hosters:
            yield Mismatch(
                ("hosts", index, "location", "hoster"),
                f"unknown hoster {host.location.hoster}",
                f"Declared are: {', '.join(hosters)}",
            )
        if isinstance(host, CloudSlice):
            yield from _offered(index, host)
    for kind in ("supernodes", "nameservers"):
        for index, guest in enumerate(getattr(network, kind)):
            if guest.host not in hosts:
                yield Mismatch(
                    (kind, index, "host"), f"unknown host {guest.host}", f"Declared are: {', '.join(hosts)}"
                )


def _offered(index: int, host: CloudSlice) -> Iterator[Mismatch]:
    catalogue = hcloud_catalogue()
    offers: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("server_type", host.server_type, catalogue.server_types),
        ("region", host.region, catalogue.locations),
        ("image", host.image, catalogue.images),
    )
    for setting, value, offered in offers:
        if value not in offered:
            yield Mismatch(
                ("hosts", index, setting),
                f"Hetzner Cloud has no {setting.replace('_', ' ')} {value} (catalogue of {catalogue.as_of})",
                f"Offered are: {', '.join(sorted(offered))}",
            )
