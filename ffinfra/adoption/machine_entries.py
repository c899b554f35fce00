"""The machines of a found network: slices of Hetzner Cloud, supernodes and nameservers, with what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from pydantic import TypeAdapter, ValidationError

from ffinfra.adoption.found import FoundServer, Living
from ffinfra.adoption.layout import Layout, NamedServer, server_at
from ffinfra.adoption.open_yaml import Node, Note, Open, Table, names
from ffinfra.network.as_found import AsFound
from ffinfra.network.machines import NameserverRole
from ffinfra.network.values import Label

_LABEL: Final = TypeAdapter(Label)
_ALL_LEFT: Final = names([one.value for one in AsFound])
_OUTSIDE: Final = names([AsFound.CONFIGURATION.value, AsFound.RECORDS.value])


@dataclass(frozen=True, slots=True)
class Told:
    """What a person told on the command line.

    Attributes:
        primary: the address of our own primary.
        supernodes: names of servers at Hetzner that are supernodes.
    """

    primary: IPv4Address | IPv6Address | None
    supernodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Servers of one type from one image at one location."""

    name: str
    location: str
    type: str
    image: str | None


_SEGMENT: Final = Table(
    (
        ("ipv4", Open("its address and prefix on the mesh's bridge: ip -4 addr show br-mesh")),
        ("dhcp_first", Open("the first address that it hands out")),
        ("dhcp_last", Open("the last address that it hands out")),
        ("ipv6", Open("its IPv6 address and prefix there: ip -6 addr show br-mesh")),
        ("nat_ipv4", Open("the public address that clients leave from")),
        ("exported_ipv6", Open("the IPv6 prefix that it exports to the backbone")),
    )
)


def slices_of(living: Living, layout: Layout, told: Told) -> tuple[Slice, ...]:
    """One for each location, type and image of our machines; two images make two."""
    ours = [one for one in living.servers if _is_ours(living, layout, told, one)]
    kinds = sorted({(one.location, one.type, one.image or "") for one in ours})
    made: list[Slice] = []
    for location, kind, image in kinds:
        base = f"{location}-{kind}"
        taken = {one.name for one in made}
        name = base if base not in taken else f"{base}-{len(taken) + 1}"
        made.append(Slice(name, location, kind, image or None))
    return tuple(made)


def _is_ours(living: Living, layout: Layout, told: Told, server: FoundServer) -> bool:
    return server.name in told.supernodes or any(server_at(living, one) is server for one in layout.own)


def slice_entry(one: Slice) -> Table:
    """The declaration of a slice."""
    return Table(
        (
            ("name", one.name),
            ("platform", "hcloud"),
            (
                "location",
                Table(
                    (
                        ("hoster", "hetzner"),
                        ("site", one.location),
                        ("upstream", Open("the carrier that packets leave by, such as hetzner")),
                        (
                            "autonomous_system",
                            Open("the AS that its addresses are announced by: whois ADDRESS"),
                        ),
                    )
                ),
            ),
            (
                "kernel",
                Open("such as {source: stable, package: linux-image-amd64}: apt policy linux-image-amd64"),
            ),
            ("region", one.location),
            ("server_type", one.type),
            ("image", one.image or Open("the image that its servers were made from has no name any more")),
            ("maximum_servers", Open("how many servers the account may have here (console, Limits)")),
        )
    )


def supernode_entries(
    living: Living, layout: Layout, told: Told, slices: Sequence[Slice]
) -> Iterator[Node | Note]:
    """The servers that a person named, and a question for each that is none of ours."""
    for server in living.servers:
        if server.name in told.supernodes:
            yield _supernode(living, server, slices)
        elif not _is_ours(living, layout, told, server):
            where = f"{server.type} in {server.location}, {server.ipv4 or 'no IPv4 address'}"
            yield Note(
                f"server {server.name} ({where}) is none of our nameservers: a supernode? Then begin anew with"
                f" --supernode {server.name} --overwrite; else it stays outside"
            )


def _supernode(living: Living, server: FoundServer, slices: Sequence[Slice]) -> Table:
    return Table(
        (
            ("name", _label(server.name)),
            ("host", _host(server, slices)),
            ("ipv4", server.ipv4 or Open("it has no IPv4 address at Hetzner")),
            ("ipv6", _ipv6(living, server)),
            ("fastd", Table((("public_key", Open("64 hex digits: fastd --show-key on the machine")),))),
            ("mesh", _SEGMENT),
            ("tunnels", Open("the GRE tunnels to the backbone, as a list: docs/HOSTS.md")),
            ("as_found", _ALL_LEFT),
        )
    )


def nameserver_entry(living: Living, named: NamedServer, told: Told, slices: Sequence[Slice]) -> Table:
    """One of our own nameservers, at Hetzner or elsewhere."""
    server = server_at(living, named)
    host: Node = (
        _host(server, slices)
        if server is not None
        else Open(f"{named.name} is not at this project of Hetzner: describe its host, and its size here")
    )
    addresses = [(f"ipv{one.version}", one) for one in (named.ipv4, named.ipv6) if one is not None]
    given: list[tuple[str, Node]] = list(addresses) or [
        ("ipv4", Open(f"no address of {named.name} was found"))
    ]
    return Table(
        (
            ("name", _label(server.name if server is not None else named.name)),
            ("host", host),
            *given,
            ("role", _role(named, told)),
            ("fqdn", named.name),
            ("as_found", _ALL_LEFT if server is not None else _OUTSIDE),
        )
    )


def _role(named: NamedServer, told: Told) -> Node:
    if told.primary is None:
        return Open(f"primary or secondary: exactly one of the nameservers is the primary ({named.name}?)")
    primary = told.primary in named.addresses
    return (NameserverRole.PRIMARY if primary else NameserverRole.SECONDARY).value


def _host(server: FoundServer, slices: Iterable[Slice]) -> Node:
    wanted = (server.location, server.type, server.image)
    return next(one.name for one in slices if (one.location, one.type, one.image) == wanted)


def _ipv6(living: Living, server: FoundServer) -> Node:
    """The one address of its /64 that something names: a record, or a reverse name."""
    prefixes = [one for one in server.addresses if one.network.version == 6]
    if not prefixes:
        return Open("it has no IPv6 prefix at Hetzner")
    told = {ip_address(text) for one in prefixes for text in one.reverse}
    told |= {
        ip_address(value)
        for zone in living.zones
        for rrset in zone.rrsets
        if rrset.type == "AAAA"
        for value in rrset.values
    }
    inside = {one for one in told if prefixes[0].holds(one)}
    return inside.pop() if len(inside) == 1 else Open(f"which address of {prefixes[0].network} does it use?")


def _label(name: str) -> Node:
    """A machine's name for us; the one at Hetzner stays as it is."""
    for candidate in (name.lower(), name.lower().split(".", 1)[0]):
        if fits(_LABEL, candidate):
            return candidate
    return Open(f"a name for {name}: lower-case letters, digits, hyphens")


def fits(adapter: TypeAdapter[str], text: str) -> bool:
    """Whether a text is of a type of the model."""
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True
