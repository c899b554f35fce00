"""Ordering a server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner import primary_ips
from ffinfra.lab.clouds.hetzner.actions import Action
from ffinfra.lab.clouds.hetzner.bodies import Body, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.catalogue import Image, Location, ServerType, offered
from ffinfra.lab.clouds.hetzner.errors import invalid_input, not_found, refused
from ffinfra.lab.clouds.hetzner.firewall_targets import link
from ffinfra.lab.clouds.hetzner.placement_groups import check_room
from ffinfra.lab.clouds.hetzner.server_networks import NetworkWish, joined
from ffinfra.lab.clouds.hetzner.server_power import start_server
from ffinfra.lab.clouds.hetzner.server_shape import server_shape
from ffinfra.lab.clouds.hetzner.servers import Server, ServerStatus, check_server_name

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.primary_ips import PrimaryIp, Version

_LARGEST_USER_DATA = 32 * 1024


class _PublicNet(Body):
    enable_ipv4: bool = True
    enable_ipv6: bool = True
    ipv4: int | None = None
    ipv6: int | None = None

    def wishes(self) -> list[tuple[Version, int | None]]:
        """Which versions are wanted, each with the primary IP to use or None for a fresh one."""
        wanted: list[tuple[Version, int | None]] = []
        if self.enable_ipv4:
            wanted.append(("ipv4", self.ipv4))
        if self.enable_ipv6:
            wanted.append(("ipv6", self.ipv6))
        return wanted


class _FirewallRef(Body):
    firewall: int


class _Create(Body):
    name: Name
    server_type: str | int
    image: str | int
    location: str | int | None = None
    ssh_keys: tuple[int | str, ...] = ()
    user_data: str = Field("", repr=False)
    labels: NewLabels
    firewalls: tuple[_FirewallRef, ...] = ()
    placement_group: int | None = None
    public_net: _PublicNet = _PublicNet()
    networks: tuple[int, ...] = ()
    volumes: tuple[int, ...] = ()
    automount: bool = False
    start_after_create: bool = True


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers: the server is there at once, ``initializing``; it starts as a following action."""
    body = read_body(call, _Create)
    server = _checked(cloud, body)
    if body.start_after_create and not body.public_net.wishes() and not server.private:
        raise invalid_input({"public_net": ["a server without any network cannot be started"]})
    _store(cloud, server, _addresses(cloud, body.public_net, server), body)

    async def installed() -> None:
        if not body.start_after_create:
            cloud.servers.put(replace(cloud.servers.get(server.id), status=ServerStatus.OFF))

    action = await cloud.actions.start("create_server", [server.target], work=installed, fate=call.fate)
    following: list[Action] = []
    if body.start_after_create:
        following.append(await start_server(cloud, server.id, after=action))
    return Answer(
        201,
        {
            "server": server_shape(cloud, cloud.servers.get(server.id)),
            "action": action.shape(),
            "next_actions": [step.shape() for step in following],
            "root_password": None if server.ssh_keys else secrets.token_urlsafe(12),
        },
    )


def _checked(cloud: HetznerCloud, body: _Create) -> Server:
    """The server that is ordered, if it can be."""
    check_server_name(cloud, body.name)
    server_type, image, location = _offers(cloud, body)
    if len(body.user_data.encode()) > _LARGEST_USER_DATA:
        raise invalid_input({"user_data": ["must not be larger than 32 KiB"]})
    for firewall in body.firewalls:
        cloud.firewalls.get(firewall.firewall)
    if body.placement_group is not None:
        check_room(cloud, body.placement_group)
    for volume in (cloud.volumes.get(number) for number in body.volumes):
        if volume.server is not None or volume.location != location.name:
            raise invalid_input({"volumes": [f"volume {volume.id} is attached or in another location"]})
    server = Server(
        id=next(cloud.ids),
        name=body.name,
        status=ServerStatus.INITIALIZING,
        server_type=server_type.name,
        image=image.id,
        location=location.name,
        labels=body.labels,
        created=cloud.now(),
        user_data=body.user_data,
        ssh_keys=_keys(cloud, body.ssh_keys),
        disk=server_type.disk,
        placement_group=body.placement_group,
    )
    for number in body.networks:
        server = joined(cloud, server, NetworkWish(network=number))
    return server


def _offers(cloud: HetznerCloud, body: _Create) -> tuple[ServerType, Image, Location]:
    """Server type, image and location, if they go together; an image's name means the fitting one."""
    catalogue = cloud.catalogue
    server_type = offered(catalogue.server_types, body.server_type)
    if server_type is None:
        raise invalid_input({"server_type": [f"no server type {body.server_type!r}"]})
    location = offered(
        catalogue.locations, server_type.locations[0] if body.location is None else body.location
    )
    if location is None:
        raise invalid_input({"location": [f"no location {body.location!r}"]})
    if location.name not in server_type.locations:
        raise invalid_input({"location": ["unsupported location for server type"]})
    fitting = [image for image in catalogue.images if image.architecture == server_type.architecture]
    image = offered(fitting, body.image)
    if image is None:
        raise invalid_input(
            {"image": [f"no image {body.image!r} for architecture {server_type.architecture}"]}
        )
    return server_type, image, location


def _keys(cloud: HetznerCloud, wanted: Sequence[int | str]) -> tuple[int, ...]:
    numbers = []
    for id_or_name in wanted:
        key = cloud.ssh_keys.find(id_or_name)
        if key is None:
            raise not_found("ssh key", id_or_name)
        numbers.append(key.id)
    return tuple(numbers)


def _addresses(cloud: HetznerCloud, wanted: _PublicNet, server: Server) -> list[PrimaryIp]:
    """The primary IPs for a new server: those named, checked first, and fresh ones that go with it."""
    for version, number in wanted.wishes():
        if number is not None:
            _check_free(cloud.primary_ips.get(number), version, server.location)
    return [
        cloud.primary_ips.get(number)
        if number is not None
        else primary_ips.new(
            cloud, f"primary_ip-{server.id}-{version}", version, server.location, auto_delete=True
        )
        for version, number in wanted.wishes()
    ]


def _check_free(ip: PrimaryIp, version: Version, location: str) -> None:
    if ip.type != version:
        raise refused("primary_ip_version_mismatch", f"primary ip {ip.id} is no {version} address")
    if ip.server is not None:
        raise refused("primary_ip_assigned", f"primary ip {ip.id} is already assigned to a server")
    if ip.location != location:
        raise refused("primary_ip_datacenter_mismatch", f"primary ip {ip.id} is in another location")


def _store(cloud: HetznerCloud, server: Server, held: Sequence[PrimaryIp], body: _Create) -> None:
    cloud.servers.put(server)
    for ip in held:
        cloud.primary_ips.put(replace(ip, server=server.id))
    for firewall in body.firewalls:
        link(cloud, firewall.firewall, server.id)
    for number in body.volumes:
        cloud.volumes.put(replace(cloud.volumes.get(number), server=server.id))
