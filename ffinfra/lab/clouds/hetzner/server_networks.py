"""A server's interfaces in private networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, refused
from ffinfra.lab.clouds.hetzner.server_machines import changed_machines
from ffinfra.lab.clouds.hetzner.server_power import idle_server
from ffinfra.lab.clouds.hetzner.servers import PrivateNet, Server
from ffinfra.lab.clouds.hetzner.subnets import Subnet, check_unchanging

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.networks import Network


class NetworkWish(Body):
    """How a server wants to join a network; without an address it gets the first free one."""

    network: int
    ip: str | None = None
    ip_range: str | None = None
    alias_ips: tuple[str, ...] = ()


class _Detach(Body):
    network: int


class _AliasIps(Body):
    network: int
    alias_ips: tuple[str, ...]


async def attach(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/attach_to_network."""
    server, body = idle_server(cloud, call), read_body(call, NetworkWish)
    network = cloud.networks.get(body.network)
    check_unchanging(cloud, network)
    return await _changed(cloud, call, "attach_to_network", joined(cloud, server, body), network)


async def detach(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/detach_from_network."""
    server, body = idle_server(cloud, call), read_body(call, _Detach)
    network = cloud.networks.get(body.network)
    _interface(server, network.id)
    rest = tuple(net for net in server.private if net.network != network.id)
    return await _changed(cloud, call, "detach_from_network", replace(server, private=rest), network)


async def change_alias_ips(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/change_alias_ips; the whole list."""
    server, body = idle_server(cloud, call), read_body(call, _AliasIps)
    network = cloud.networks.get(body.network)
    interface = _interface(server, network.id)
    rest = replace(server, private=tuple(net for net in server.private if net is not interface))
    used = _used(cloud, network.id, without=server.id) | {interface.ip}
    aliases = tuple(str(_free(network.subnets, text, used, "alias_ips")) for text in body.alias_ips)
    changed = replace(rest, private=(*rest.private, replace(interface, alias_ips=aliases)))
    return await _changed(cloud, call, "change_alias_ips", changed, network)


def joined(cloud: HetznerCloud, server: Server, wish: NetworkWish) -> Server:
    """The server with an interface in the network; nothing is stored.

    Raises:
        HetznerError: attached already, no subnet for it, or the address is not to be had.
    """
    network = cloud.networks.get(wish.network)
    if any(net.network == network.id for net in server.private):
        raise refused("server_already_attached", "server is already attached to the network")
    subnets = _subnets(cloud, network, server, wish.ip_range)
    used = _used(cloud, network.id) | {str(network.ip_range[1])}
    ip = _next_free(subnets, used) if wish.ip is None else _free(subnets, wish.ip, used, "ip")
    used.add(str(ip))
    aliases = tuple(str(_free(network.subnets, text, used, "alias_ips")) for text in wish.alias_ips)
    interface = PrivateNet(network.id, str(ip), aliases, _mac_address(ip))
    return replace(server, private=(*server.private, interface))


async def _changed(cloud: HetznerCloud, call: Call, command: str, server: Server, network: Network) -> Answer:
    action = await cloud.actions.start(
        command,
        [server.target, network.target],
        effect=lambda: cloud.servers.put(server),
        work=lambda: changed_machines(cloud, [server.id]),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _interface(server: Server, network: int) -> PrivateNet:
    found = next((net for net in server.private if net.network == network), None)
    if found is None:
        raise refused("server_not_attached", "server is not attached to the network")
    return found


def _subnets(cloud: HetznerCloud, network: Network, server: Server, ip_range: str | None) -> list[Subnet]:
    """The subnets in which the server may get an address."""
    zone = next(place.network_zone for place in cloud.catalogue.locations if place.name == server.location)
    subnets = [
        subnet
        for subnet in network.subnets
        if subnet.network_zone == zone and ip_range in (None, str(subnet.ip_range))
    ]
    if not subnets:
        raise refused("no_subnet_available", "the network has no subnet for this server")
    return subnets


def _used(cloud: HetznerCloud, network: int, *, without: int | None = None) -> set[str]:
    return {
        ip
        for server in cloud.servers
        for net in server.private
        if net.network == network and server.id != without
        for ip in (net.ip, *net.alias_ips)
    }


def _next_free(subnets: Sequence[Subnet], used: set[str]) -> IPv4Address:
    for subnet in subnets:
        for ip in subnet.ip_range.hosts():
            if str(ip) not in used:
                return ip
    raise refused("no_subnet_available", "the network has no free address for this server")


def _free(subnets: Sequence[Subnet], text: str, used: set[str], field: str) -> IPv4Address:
    try:
        ip = IPv4Address(text)
    except AddressValueError:
        raise invalid_input({field: [f"{text!r} is no IPv4 address"]}) from None
    if not any(ip in subnet.ip_range for subnet in subnets):
        raise invalid_input({field: [f"{text} is in no subnet that fits"]})
    if str(ip) in used:
        raise refused("ip_not_available", f"{text} is in use")
    return ip


def _mac_address(ip: IPv4Address) -> str:
    """A locally administered address that depends on nothing but the IP address."""
    return "86:00:" + ip.packed.hex(":")
