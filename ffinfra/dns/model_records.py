"""Records that follow from the model: addresses of the machines, and their reverse names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import dns.reversename

from ffinfra.dns.names import is_within
from ffinfra.dns.records import Record
from ffinfra.network.as_found import AsFound
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.network import Network

MACHINE_TTL = 600
"""Seconds; of all records that come from the model."""


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A record and the declaration that it comes from, such as ``supernodes.sn1``."""

    record: Record
    source: str


@dataclass(frozen=True, slots=True)
class _Machine:
    fqdn: str
    source: str
    addresses: tuple[IPv4Address | IPv6Address, ...]


def model_records(network: Network, origin: str) -> tuple[ModelRecord, ...]:
    """The records of the model that belong into a zone.

    Args:
        network: the model.
        origin: the zone's canonical name; address records go into forward zones, PTR records into reverse
            zones (RFC 1035 section 3.5, RFC 3596 section 2.5).
    """
    return tuple(
        made
        for machine in _machines(network)
        for made in _records(machine)
        if is_within(made.record.owner, origin)
    )


def _machines(network: Network) -> Iterator[_Machine]:
    for host in network.hosts:
        if isinstance(host, DedicatedHost) and AsFound.RECORDS not in host.as_found:
            addresses = (host.network.ipv4.ip, host.network.ipv6.ip)
            yield _Machine(network.machine_fqdn(host.name), f"hosts.{host.name}", addresses)
    for node in network.supernodes:
        if AsFound.RECORDS in node.as_found:
            continue
        name = network.machine_fqdn(node.name)
        yield _Machine(name, f"supernodes.{node.name}", (node.ipv4, node.ipv6))
    for server in network.nameservers:
        if AsFound.RECORDS in server.as_found:
            continue
        present = tuple(address for address in (server.ipv4, server.ipv6) if address is not None)
        yield _Machine(server.fqdn, f"nameservers.{server.name}", present)


def _records(machine: _Machine) -> Iterator[ModelRecord]:
    name = f"{machine.fqdn}."
    for address in machine.addresses:
        kind = "A" if address.version == 4 else "AAAA"
        yield ModelRecord(Record(name, kind, MACHINE_TTL, str(address)), machine.source)
        reverse = dns.reversename.from_address(str(address)).to_text()
        yield ModelRecord(Record(reverse, "PTR", MACHINE_TTL, name), machine.source)
