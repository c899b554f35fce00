"""What the hosts cost a month, from the declarations and the dated catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.hosts import CloudSlice, DedicatedHost
from ffinfra.network.network import Network


@dataclass(frozen=True, slots=True)
class HostCost:
    """One host's cost.

    Attributes:
        host: its name.
        monthly: EUR a month, with VAT.
        explained: how it comes about.
    """

    host: str
    monthly: Decimal
    explained: str


def host_costs(network: Network) -> tuple[HostCost, ...]:
    """Every host's cost, in the order of the declarations."""
    return tuple(
        HostCost(host.name, host.monthly_cost, "as declared")
        if isinstance(host, DedicatedHost)
        else _slice(network, host)
        for host in network.hosts
    )


def monthly_total(network: Network) -> Decimal:
    """EUR a month, with VAT."""
    return sum((cost.monthly for cost in host_costs(network)), Decimal(0))


def _slice(network: Network, host: CloudSlice) -> HostCost:
    """A slice costs what its servers do; a type that the catalogue lacks is a mistake of the declarations."""
    catalogue = hcloud_catalogue()
    guests = list(network.guests_of(host.name))
    with_ipv4 = sum(guest.ipv4 is not None for guest in guests)
    price = catalogue.server_types[host.server_type].price
    return HostCost(
        host.name,
        len(guests) * price + with_ipv4 * catalogue.primary_ipv4_price,
        f"{len(guests)} {host.server_type} at {price}, {with_ipv4} IPv4 addresses at"
        f" {catalogue.primary_ipv4_price} (prices of {catalogue.as_of})",
    )
