"""Found things for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network

from ffinfra.adoption.found import FoundAddress, FoundServer, FoundZone, Holder
from ffinfra.dns.records import RRset, make_rrset

PARENT_ID = "0123456789abcdef0123456789abcdef"
HETZNER = ("helium.ns.hetzner.example", "oxygen.ns.hetzner.example")
ADA = ("ada.ns.cloudflare.example", "bob.ns.cloudflare.example")


def rrsets(origin: str, *lines: str) -> tuple[RRset, ...]:
    """RRsets from ``NAME TYPE VALUE[, VALUE]`` with names relative to a zone."""
    made = []
    for line in lines:
        name, kind, values = line.split(" ", 2)
        owner = origin if name == "@" else f"{name}.{origin}"
        made.append(make_rrset(owner, kind, 300, values.split(", ")))
    return tuple(made)


def knot_zone(origin: str, *lines: str) -> FoundZone:
    """A zone on our own primary."""
    return FoundZone(origin, Holder.KNOT, "", (), rrsets(origin, *lines))


def hetzner_zone(origin: str, *lines: str, **more: object) -> FoundZone:
    """A zone at Hetzner DNS."""
    return FoundZone(origin, Holder.HETZNER, "", HETZNER, rrsets(origin, *lines), **more)  # type: ignore[arg-type]


def cloudflare_zone(origin: str, *lines: str, odd: Sequence[str] = ()) -> FoundZone:
    """A zone at Cloudflare."""
    return FoundZone(origin, Holder.CLOUDFLARE, PARENT_ID, ADA, rrsets(origin, *lines), odd=tuple(odd))


def server(
    number: int, name: str, *networks: str, kind: str = "ccx13", reverse: Mapping[str, str] | None = None
) -> FoundServer:
    """A server at Falkenstein with addresses of its own."""
    addresses = tuple(
        FoundAddress(number * 10 + at, f"primary_ip-{at}", ip_network(one), number, reverse or {})
        for at, one in enumerate(networks)
    )
    return FoundServer(number, name, kind, "fsn1", "debian-12", addresses)
