"""The lab's own Internet: root, top-level domain, the providers' nameservers, the resolver.

Its addresses come from documentation prefixes beside those of the sample network; those of the fallback
provider's nameservers are the ones that dns/delegations.yaml declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.delegation.sides import HetznerSecondarySide, HetznerSide
from ffinfra.lab.grade import MachineGrade
from ffinfra.network.hosts import CloudSlice, DedicatedHost
from ffinfra.stack import Declarations

Address = IPv4Address | IPv6Address

RESOLVER = IPv4Address("127.0.0.53")
"""Where the lab's visitor asks."""

CACHE_SECONDS = 5
"""The longest that the lab's resolver remembers anything, so that expiry can be watched."""

HETZNER_PORT, CLOUDFLARE_PORT, MANAGEMENT_PORT = 18081, 18082, 18083


@dataclass(frozen=True, slots=True)
class LabServer:
    """A nameserver of the lab's Internet."""

    name: str
    ipv4: IPv4Address
    ipv6: IPv6Address

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Both addresses."""
        return (self.ipv4, self.ipv6)


ROOT_SERVER = LabServer("a.root.example", IPv4Address("203.0.113.225"), IPv6Address("2001:db8:fe::225"))
TLD_SERVER = LabServer("a.nic.example", IPv4Address("203.0.113.226"), IPv6Address("2001:db8:fe::226"))
CLOUDFLARE_SERVERS = (
    LabServer("ada.ns.cloudflare.example", IPv4Address("203.0.113.231"), IPv6Address("2001:db8:fe::231")),
    LabServer("bob.ns.cloudflare.example", IPv4Address("203.0.113.232"), IPv6Address("2001:db8:fe::232")),
)


def root_hints() -> str:
    """The hints file of the lab's root, as named.root is one for the world's."""
    name = f"{ROOT_SERVER.name}."
    records = [f". 3600 IN NS {name}", f"{name} 3600 IN A {ROOT_SERVER.ipv4}"]
    return "\n".join([*records, f"{name} 3600 IN AAAA {ROOT_SERVER.ipv6}"]) + "\n"


def addresses(declarations: Declarations, grade: MachineGrade) -> tuple[Address, ...]:
    """Every address that the lab's own loopback has, once each; a machine that boots has its own elsewhere."""
    elsewhere = set(_guest_addresses(declarations)) if grade is MachineGrade.NSPAWN else set()
    return tuple(one for one in dict.fromkeys(_addresses(declarations)) if one not in elsewhere)


def visitor_addresses(declarations: Declarations) -> tuple[Address, ...]:
    """Where the lab's administrator and visitor come from: the first address of a management prefix each."""
    first: dict[int, Address] = {}
    for prefix in declarations.network.management_prefixes:
        first.setdefault(prefix.version, prefix[1] if prefix.num_addresses > 1 else prefix[0])
    return tuple(first.values())


def _guest_addresses(declarations: Declarations) -> Iterator[Address]:
    for guest in declarations.network.guests:
        yield from (address for address in (guest.ipv4, guest.ipv6) if address is not None)


def _addresses(declarations: Declarations) -> Iterator[Address]:
    yield RESOLVER
    yield from visitor_addresses(declarations)
    for server in (ROOT_SERVER, TLD_SERVER, *CLOUDFLARE_SERVERS):
        yield from server.addresses
    for declared in declarations.delegations.all_nameservers:
        yield from declared.addresses
    for host in declarations.network.hosts:
        if isinstance(host, DedicatedHost):
            yield host.network.ipv4.ip
            yield host.network.ipv6.ip
    yield from _guest_addresses(declarations)


def primary_ip_addresses(declarations: Declarations) -> dict[str, str]:
    """Name of a primary IP -> the address that Hetzner's stand-in hands out for it: the declared one."""
    found: dict[str, str] = {}
    for guest in declarations.network.guests:
        if not isinstance(declarations.network.host(guest.host), CloudSlice):
            continue
        if guest.ipv4 is not None:
            found[f"{guest.name}-ipv4"] = str(guest.ipv4)
        if guest.ipv6 is not None:
            prefix = IPv6Address(int(guest.ipv6) >> 64 << 64)
            found[f"{guest.name}-ipv6"] = f"{prefix}/64"
    return found


def hetzner_servers(delegations: Delegations) -> tuple[NameserverAddress, ...]:
    """The nameservers that Hetzner has: those of every zone that it keeps warm."""
    held: dict[str, NameserverAddress] = {}
    for zone in delegations.zones:
        if isinstance(delegations.fallback_of(zone), HetznerSide | HetznerSecondarySide):
            held |= {one.name: one for one in delegations.fallback_servers(zone)}
    return tuple(held.values())
