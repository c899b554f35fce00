"""Names that must be unique, and names that must exist."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.mismatch import Mismatch, each, found, repeated
from ffinfra.network.checks.suggestion import declared
from ffinfra.network.hosts import AnyHost
from ffinfra.network.machines import Guest
from ffinfra.network.network import Network
from ffinfra.problems import KeyPath


def machines(network: Network) -> Iterator[Mismatch]:
    """Each machine has a name of its own, whatever kind it is."""
    names = [
        pair
        for kind in ("hosts", "supernodes", "nameservers")
        for pair in found(network, paths_of(network, kind, "name"))
    ]
    yield from repeated(names, lambda name, first: f"machine {name} stands already at {first}")


def hosters(network: Network) -> Iterator[Mismatch]:
    """Each hoster is declared once."""
    names = found(network, paths_of(network, "hosters", "name"))
    yield from repeated(names, lambda name, first: f"hoster {name} stands already at {first}")


def administrators(network: Network) -> Iterator[Mismatch]:
    """Each administrator is declared once, and no key belongs to two (Hetzner refuses it twice)."""
    names = found(network, paths_of(network, "administrators", "name"))
    yield from repeated(names, lambda name, first: f"administrator {name} stands already at {first}")
    keys = (
        (path, " ".join(key.split(" ")[:2]))
        for person, (_, all_keys) in enumerate(
            found(network, paths_of(network, "administrators", "ssh_keys"))
        )
        for path, key in (
            (("administrators", person, "ssh_keys", number), key) for number, key in enumerate(all_keys)
        )
    )
    yield from repeated(keys, lambda _key, first: f"this SSH key stands already at {first}")


def references(network: Network) -> Iterator[Mismatch]:
    """Hosters and hosts that are named are declared."""
    known_hosters = [name for _, name in found(network, paths_of(network, "hosters", "name"))]
    known_hosts = [name for _, name in found(network, paths_of(network, "hosts", "name"))]

    def of_host(index: int, host: AnyHost) -> Iterator[Mismatch]:
        hoster = host.location.hoster
        if hoster not in known_hosters:
            at: KeyPath = ("hosts", index, "location", "hoster")
            yield Mismatch(at, f"unknown hoster {hoster}", declared(hoster, known_hosters))

    yield from each(getattr(network, "hosts", ()), of_host)
    for kind in ("supernodes", "nameservers"):

        def of_guest(index: int, guest: Guest, kind: str = kind) -> Iterator[Mismatch]:
            if guest.host not in known_hosts:
                yield Mismatch(
                    (kind, index, "host"), f"unknown host {guest.host}", declared(guest.host, known_hosts)
                )

        yield from each(getattr(network, kind, ()), of_guest)


def paths_of(network: Network, kind: str, *setting: str) -> Iterator[KeyPath]:
    """The path of one setting in each declaration of a kind."""
    return ((kind, index, *setting) for index in range(len(getattr(network, kind, ()))))
