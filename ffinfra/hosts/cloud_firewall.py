"""Which packets Hetzner's firewall lets through to a server, in front of the server's own packet filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import assert_never

from ffinfra.hosts.firewall import BIRD_EXPORTER_PORT, NODE_EXPORTER_PORT
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network

EVERYWHERE = ("0.0.0.0/0", "::/0")


class FirewallProtocol(StrEnum):
    """Protocols that Hetzner's firewall knows (API reference, firewalls)."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"
    GRE = "gre"


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """Inbound packets of one kind that are let through.

    Attributes:
        protocol: their protocol.
        port: port or range, for TCP and UDP.
        sources: prefixes that they may come from.
        description: what they are for.
    """

    protocol: FirewallProtocol
    port: str | None
    sources: tuple[str, ...]
    description: str


def firewall_rules(network: Network, guest: Supernode | Nameserver) -> tuple[FirewallRule, ...]:
    """The rules for one server; what they do not name is dropped."""
    exporters = (
        (NODE_EXPORTER_PORT, BIRD_EXPORTER_PORT) if isinstance(guest, Supernode) else (NODE_EXPORTER_PORT,)
    )
    return (*_management(network.management_prefixes, exporters), *_service(guest))


def _management(
    prefixes: Sequence[IPv4Network | IPv6Network], exporters: Sequence[int]
) -> tuple[FirewallRule, ...]:
    sources = tuple(str(prefix) for prefix in prefixes)
    return (
        FirewallRule(FirewallProtocol.ICMP, None, EVERYWHERE, "path MTU discovery and ping"),
        FirewallRule(FirewallProtocol.TCP, "22", sources, "SSH from the management prefixes"),
        *(FirewallRule(FirewallProtocol.TCP, str(port), sources, "exporters") for port in exporters),
    )


def _service(guest: Supernode | Nameserver) -> tuple[FirewallRule, ...]:
    match guest:
        case Supernode():
            remotes = tuple(sorted(f"{tunnel.remote}/32" for tunnel in guest.tunnels))
            return (
                FirewallRule(FirewallProtocol.UDP, str(guest.fastd.port), EVERYWHERE, "fastd"),
                FirewallRule(FirewallProtocol.GRE, None, remotes, "tunnels of the backbone"),
            )
        case Nameserver():
            return (
                FirewallRule(FirewallProtocol.UDP, "53", EVERYWHERE, "DNS"),
                FirewallRule(FirewallProtocol.TCP, "53", EVERYWHERE, "DNS"),
            )
    assert_never(guest)
