"""The machine behind a server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.hetzner.catalogue import offered
from ffinfra.lab.clouds.machines.machine import Machine, PrivateAddress

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.servers import Server


def machine_of(cloud: HetznerCloud, server: Server) -> Machine:
    """What a machine has to know of its server, as of now."""
    held = {ip.type: ip.ip for ip in cloud.primary_ips if ip.server == server.id}
    image = offered(cloud.catalogue.images, server.image)
    assert image is not None
    return Machine(
        id=server.id,
        name=server.name,
        server_type=server.server_type,
        image=image.name,
        location=server.location,
        ipv4=held.get("ipv4"),
        ipv6=held.get("ipv6"),
        private=tuple(
            PrivateAddress(cloud.networks.get(net.network).name, net.ip, net.alias_ips, net.mac_address)
            for net in server.private
        ),
        public_keys=tuple(key.public_key for key in cloud.ssh_keys if key.id in server.ssh_keys),
        user_data=server.user_data,
    )


async def changed_machines(cloud: HetznerCloud, servers: Iterable[int]) -> None:
    """Tell the machines of these servers what they are now."""
    for number in servers:
        server = cloud.servers.find(number)
        if server is not None and server.booted:
            await cloud.machines.update(machine_of(cloud, server))
