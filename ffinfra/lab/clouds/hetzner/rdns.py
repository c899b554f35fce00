"""Reverse names of public addresses, set on a primary IP or on the server that holds it.

They are only kept: no reverse zone is served.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, not_found
from ffinfra.lab.clouds.host_names import is_host_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.primary_ips import PrimaryIp


class _Change(Body):
    ip: str
    dns_ptr: str | None


def pointers(ip: PrimaryIp) -> list[JsonObject]:
    """All reverse names: an IPv4 address always has one, an IPv6 network those that were set."""
    names = dict(ip.dns_ptr)
    if ip.type == "ipv4":
        names.setdefault(ip.ip, _default(ip.ip))
    return [{"ip": address, "dns_ptr": name} for address, name in sorted(names.items())]


async def change_on_primary_ip(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /primary_ips/{id}/actions/change_dns_ptr."""
    ip = cloud.primary_ips.get(call.params["id"])
    return await _change(cloud, call, [ip], ip.target)


async def change_on_server(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/change_dns_ptr."""
    server = cloud.servers.get(call.params["id"])
    held = [ip for ip in cloud.primary_ips if ip.server == server.id]
    return await _change(cloud, call, held, Target("server", server.id))


async def _change(cloud: HetznerCloud, call: Call, ips: Iterable[PrimaryIp], target: Target) -> Answer:
    body = read_body(call, _Change)
    try:
        address = str(ip_address(body.ip))
    except ValueError:
        raise invalid_input({"ip": ["is no IP address"]}) from None
    if body.dns_ptr is not None and not is_host_name(body.dns_ptr.rstrip(".")):
        raise invalid_input({"dns_ptr": ["is no host name"]})
    ip = next((ip for ip in ips if _covers(ip, address)), None)
    if ip is None:
        raise not_found("ip", body.ip)
    names = {known: name for known, name in ip.dns_ptr.items() if known != address}
    if body.dns_ptr is not None:
        names[address] = body.dns_ptr
    action = await cloud.actions.start(
        "change_dns_ptr",
        [target],
        effect=lambda: cloud.primary_ips.put(replace(ip, dns_ptr=names)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _covers(ip: PrimaryIp, address: str) -> bool:
    network, wanted = ip_network(ip.ip), ip_address(address)
    return wanted.version == network.version and wanted in network


def _default(address: str) -> str:
    """The name an IPv4 address has before anybody sets one."""
    return "static." + ".".join(reversed(address.split("."))) + ".clients.your-server.example"
