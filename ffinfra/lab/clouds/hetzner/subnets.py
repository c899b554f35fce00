"""Subnets of private networks: what is allowed, and the actions that add and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Literal

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.catalogue import Catalogue
from ffinfra.lab.clouds.hetzner.errors import conflict, invalid_input, not_found, refused

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.networks import Network

CHANGES = frozenset({"add_subnet", "delete_subnet"})
"""While one of these runs, the network takes no other change: the answer is ``conflict``."""

_SMALLEST_PREFIX = 30


@dataclass(frozen=True, slots=True)
class Subnet:
    """A part of a network, in one network zone."""

    type: str
    ip_range: IPv4Network
    network_zone: str

    def shape(self, gateway: str) -> JsonObject:
        """As the API shows it; the gateway is the network's first address for all subnets."""
        return {
            "type": self.type,
            "ip_range": str(self.ip_range),
            "network_zone": self.network_zone,
            "gateway": gateway,
            "vswitch_id": None,
        }


class NewSubnet(Body):
    """A subnet as asked for; without a range it is the first free /24."""

    type: Literal["cloud", "server"]
    network_zone: str
    ip_range: str | None = None


class _Delete(Body):
    ip_range: str


def checked_subnet(
    catalogue: Catalogue, network: IPv4Network, others: Sequence[Subnet], wanted: NewSubnet
) -> Subnet:
    """The subnet, if the network has room for it.

    Raises:
        HetznerError: zone unknown, or range wrong, outside the network or in use.
    """
    if wanted.network_zone not in {location.network_zone for location in catalogue.locations}:
        raise invalid_input({"network_zone": [f"no network zone {wanted.network_zone!r}"]})
    if wanted.ip_range is None:
        ip_range = next((part for part in _parts(network) if _free(part, others)), None)
        if ip_range is None:
            raise invalid_input({"ip_range": ["the network has no free /24"]})
    else:
        ip_range = _range(wanted.ip_range)
    if not ip_range.subnet_of(network) or ip_range.prefixlen > _SMALLEST_PREFIX:
        raise invalid_input({"ip_range": [f"must be part of {network} and not smaller than a /30"]})
    if not _free(ip_range, others):
        raise invalid_input({"ip_range": ["overlaps with another subnet"]})
    return Subnet(wanted.type, ip_range, wanted.network_zone)


def check_unchanging(cloud: HetznerCloud, network: Network) -> None:
    """Refuse to touch a network that is being changed.

    Raises:
        HetznerError: ``conflict``, which the plugin retries.
    """
    if cloud.actions.running(network.target, CHANGES):
        raise conflict("network")


async def add(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /networks/{id}/actions/add_subnet."""
    network, body = cloud.networks.get(call.params["id"]), read_body(call, NewSubnet)
    check_unchanging(cloud, network)
    subnet = checked_subnet(cloud.catalogue, network.ip_range, network.subnets, body)
    action = await cloud.actions.start(
        "add_subnet",
        [network.target],
        effect=lambda: cloud.networks.put(replace(network, subnets=(*network.subnets, subnet))),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /networks/{id}/actions/delete_subnet; refused while servers have addresses in it."""
    network, body = cloud.networks.get(call.params["id"]), read_body(call, _Delete)
    check_unchanging(cloud, network)
    gone = next((subnet for subnet in network.subnets if str(subnet.ip_range) == body.ip_range), None)
    if gone is None:
        raise not_found("subnet", body.ip_range)
    used = [net.ip for server in cloud.servers for net in server.private if net.network == network.id]
    if any(IPv4Address(ip) in gone.ip_range for ip in used):
        raise refused("service_error", "cannot remove subnet because servers are attached to it", 500)
    rest = tuple(subnet for subnet in network.subnets if subnet is not gone)
    action = await cloud.actions.start(
        "delete_subnet",
        [network.target],
        effect=lambda: cloud.networks.put(replace(network, subnets=rest)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _range(text: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError as error:
        raise invalid_input({"ip_range": [str(error)]}) from None


def _parts(network: IPv4Network) -> list[IPv4Network]:
    return list(network.subnets(new_prefix=24)) if network.prefixlen <= 24 else [network]


def _free(ip_range: IPv4Network, others: Sequence[Subnet]) -> bool:
    return not any(ip_range.overlaps(other.ip_range) for other in others)
