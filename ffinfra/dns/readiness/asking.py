"""How nameservers are asked before a switch."""

from __future__ import annotations

from dataclasses import dataclass

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.resolver import Resolver


@dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked.

    Attributes:
        transport: over which.
        hints: the root servers, to find the parent's nameservers.
        families: the versions of IP in use.
        port: of all servers.
    """

    transport: LiveTransport
    hints: tuple[Nameserver, ...]
    families: frozenset[Family]
    port: int = 53

    def usable(self, address: str) -> bool:
        """Whether an address is of a version in use."""
        return (Family.IPV6 if ":" in address else Family.IPV4) in self.families

    def resolver(self) -> Resolver:
        """A resolver from the root down, with nothing remembered."""
        return Resolver(Network(self.transport, self.families), self.hints)
