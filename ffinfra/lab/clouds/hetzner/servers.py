"""Servers: what they are, and the calls that read, rename and delete them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner import primary_ips
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, protected, refused
from ffinfra.lab.clouds.hetzner.firewall_targets import unlink
from ffinfra.lab.clouds.hetzner.listing import filtered, page
from ffinfra.lab.clouds.hetzner.server_machines import changed_machines, machine_of
from ffinfra.lab.clouds.hetzner.server_shape import server_shape
from ffinfra.lab.clouds.host_names import is_host_name

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


class ServerStatus(StrEnum):
    """Whether a server runs."""

    INITIALIZING = "initializing"
    RUNNING = "running"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PrivateNet:
    """A server's interface in a network."""

    network: int
    ip: str
    alias_ips: tuple[str, ...]
    mac_address: str


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """A server; its public addresses, firewalls and volumes know it, not the other way round."""

    id: int
    name: str
    status: ServerStatus
    server_type: str
    image: int
    location: str
    labels: Mapping[str, str]
    created: str
    user_data: str
    ssh_keys: tuple[int, ...]
    disk: int
    private: tuple[PrivateNet, ...] = ()
    placement_group: int | None = None
    backup_window: str | None = None
    delete_protected: bool = False
    rebuild_protected: bool = False
    booted: bool = False

    def __repr__(self) -> str:
        return f"Server(id={self.id}, name={self.name!r}, status={self.status.value!r})"

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("server", self.id)

    def check_off(self) -> None:
        """Refuse what needs a server that is off.

        Raises:
            HetznerError: ``server_not_stopped``.
        """
        if self.status is not ServerStatus.OFF:
            raise refused("server_not_stopped", "server must be powered off for this")


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None


def check_server_name(cloud: HetznerCloud, name: str, *, except_for: int | None = None) -> None:
    """Refuse a name that is no host name (RFC 1123) or is in use.

    Raises:
        HetznerError: ``invalid_input`` or ``uniqueness_error``.
    """
    if not is_host_name(name):
        raise invalid_input({"name": ["must be a valid host name (RFC 1123)"]})
    cloud.servers.check_name_is_free(name, except_for=except_for)


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /servers, also by status."""
    wanted = call.all_wanted("status")
    servers = [
        server for server in filtered(call, cloud.servers) if not wanted or server.status.value in wanted
    ]
    return page(call, "servers", servers, lambda server: server_shape(cloud, server))


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /servers/{id}."""
    return Answer(200, {"server": server_shape(cloud, cloud.servers.get(call.params["id"]))})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /servers/{id}."""
    server, body = cloud.servers.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        check_server_name(cloud, body.name, except_for=server.id)
    changed = replace(
        server,
        name=server.name if body.name is None else body.name,
        labels=server.labels if body.labels is None else body.labels,
    )
    cloud.servers.put(changed)
    await changed_machines(cloud, [server.id])
    return Answer(200, {"server": server_shape(cloud, changed)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /servers/{id}: gone at once; what was attached is detached or, if so marked, deleted."""
    server = cloud.servers.get(call.params["id"])
    if server.delete_protected:
        raise protected("server", "delete")
    machine = machine_of(cloud, server)
    action = await cloud.actions.start(
        "delete_server",
        [server.target],
        effect=lambda: _forget(cloud, server),
        work=lambda: cloud.machines.destroy(machine),
        fate=call.fate,
    )
    return Answer(200, {"action": action.shape()})


def _forget(cloud: HetznerCloud, server: Server) -> None:
    for ip in primary_ips.held_by(cloud, server.id):
        if ip.auto_delete:
            primary_ips.remove(cloud, ip)
        else:
            cloud.primary_ips.put(replace(ip, server=None))
    for volume in cloud.volumes:
        if volume.server == server.id:
            cloud.volumes.put(replace(volume, server=None))
    for firewall in cloud.firewalls:
        if server.id in firewall.servers:
            unlink(cloud, firewall.id, server.id)
    cloud.servers.drop(server.id)
