"""The zones of the lab's own root and top-level domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.lab.topology import (
    CLOUDFLARE_SERVERS,
    ROOT_SERVER,
    TLD_SERVER,
    LabServer,
    hetzner_servers,
)
from ffinfra.stack import Declarations

TTL = 300
TLD = "example"


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A zone's name without the final dot (empty for the root) and its master file."""

    name: str
    text: str


def root_zone() -> ZoneText:
    """The root: it knows one top-level domain."""
    lines = [
        _soa(".", ROOT_SERVER.name),
        f". {TTL} IN NS {ROOT_SERVER.name}.",
        f"{TLD}. {TTL} IN NS {TLD_SERVER.name}.",
        *_glue(ROOT_SERVER),
        *_glue(TLD_SERVER),
    ]
    return ZoneText("", _text(lines))


def tld_zone(declarations: Declarations) -> ZoneText:
    """The top-level domain: it delegates the parent zone to Cloudflare and knows all servers' names."""
    parent = declarations.delegations.parent.zone
    lines = [
        _soa(f"{TLD}.", TLD_SERVER.name),
        f"{TLD}. {TTL} IN NS {TLD_SERVER.name}.",
        *_glue(TLD_SERVER),
        *_glue(ROOT_SERVER),
    ]
    for server in CLOUDFLARE_SERVERS:
        lines += [f"{parent}. {TTL} IN NS {server.name}.", *_glue(server)]
    for fallback in hetzner_servers(declarations.delegations):
        lines += _glue(fallback)
    return ZoneText(TLD, _text(lines))


def _glue(server: LabServer | NameserverAddress) -> list[str]:
    found = [f"{server.name}. {TTL} IN A {server.ipv4}"] if server.ipv4 else []
    return found + ([f"{server.name}. {TTL} IN AAAA {server.ipv6}"] if server.ipv6 else [])


def _soa(zone: str, primary: str) -> str:
    return f"{zone} {TTL} IN SOA {primary}. hostmaster.{TLD}. 1 3600 600 1209600 60"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
