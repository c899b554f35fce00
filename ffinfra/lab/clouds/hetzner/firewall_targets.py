"""Applying firewalls to servers. Label selectors as targets are not offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.errors import refused

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.servers import Server

_MOST_PER_SERVER = 5


class _Numbered(Body):
    id: int


class AppliedTo(Body):
    """A resource that a firewall is applied to."""

    type: Literal["server"]
    server: _Numbered


class _Apply(Body):
    apply_to: Annotated[tuple[AppliedTo, ...], Field(min_length=1)]


class _Remove(Body):
    remove_from: Annotated[tuple[AppliedTo, ...], Field(min_length=1)]


async def apply(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /firewalls/{id}/actions/apply_to_resources."""
    firewall, body = cloud.firewalls.get(call.params["id"]), read_body(call, _Apply)
    servers = checked_servers(cloud, firewall.id, body.apply_to)
    return Answer(201, {"actions": await apply_all(cloud, call, firewall.id, servers)})


async def remove(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /firewalls/{id}/actions/remove_from_resources."""
    firewall, body = cloud.firewalls.get(call.params["id"]), read_body(call, _Remove)
    numbers = [resource.server.id for resource in body.remove_from]
    for number in numbers:
        if number not in firewall.servers:
            raise refused("firewall_resource_not_found", f"firewall is not applied to server {number}", 404)
    return Answer(201, {"actions": [await _unlink(cloud, call, firewall.id, number) for number in numbers]})


def checked_servers(cloud: HetznerCloud, firewall: int, resources: Sequence[AppliedTo]) -> list[int]:
    """The numbers of the servers, if the firewall can be applied to all of them.

    Raises:
        HetznerError: a server is missing, has the firewall already, has too many or no public interface.
    """
    numbers = [resource.server.id for resource in resources]
    for number in numbers:
        _check_applicable(cloud, firewall, _server(cloud, number))
    return numbers


async def apply_all(
    cloud: HetznerCloud, call: Call, firewall: int, servers: Sequence[int]
) -> list[JsonObject]:
    """Apply a firewall to servers; one action each."""
    return [await _link(cloud, call, firewall, server) for server in servers]


def _check_applicable(cloud: HetznerCloud, firewall: int, server: Server) -> None:
    have = [known.id for known in cloud.firewalls if server.id in known.servers]
    if firewall in have:
        raise refused("firewall_already_applied", f"firewall is already applied to server {server.id}")
    if len(have) >= _MOST_PER_SERVER:
        raise refused("resource_limit_exceeded", f"server has {_MOST_PER_SERVER} firewalls already", 403)
    if not any(ip.server == server.id for ip in cloud.primary_ips):
        raise refused("private_net_only_server", "server has no public network interface")


def link(cloud: HetznerCloud, firewall: int, server: int) -> None:
    """Note that a firewall is applied to a server."""
    known = cloud.firewalls.get(firewall)
    cloud.firewalls.put(replace(known, servers=(*known.servers, server)))


def unlink(cloud: HetznerCloud, firewall: int, server: int) -> None:
    """Note that a firewall is no longer applied to a server."""
    known = cloud.firewalls.get(firewall)
    rest = tuple(number for number in known.servers if number != server)
    cloud.firewalls.put(replace(known, servers=rest))


async def _link(cloud: HetznerCloud, call: Call, firewall: int, server: int) -> JsonObject:
    action = await cloud.actions.start(
        "apply_firewall",
        [Target("server", server), Target("firewall", firewall)],
        effect=lambda: link(cloud, firewall, server),
        fate=call.fate,
    )
    return action.shape()


async def _unlink(cloud: HetznerCloud, call: Call, firewall: int, server: int) -> JsonObject:
    action = await cloud.actions.start(
        "remove_firewall",
        [Target("server", server), Target("firewall", firewall)],
        effect=lambda: unlink(cloud, firewall, server),
        fate=call.fate,
    )
    return action.shape()


def _server(cloud: HetznerCloud, number: int) -> Server:
    server = cloud.servers.find(number)
    if server is None:
        raise refused("firewall_resource_not_found", f"server {number} not found", 404)
    return server
