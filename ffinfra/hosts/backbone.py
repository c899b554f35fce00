"""Towards the backbone: GRE tunnels, BGP with bird 2, the address that clients leave from.

Clients' packets look up a routing table of their own, which holds the backbone's default route and nothing
else; without one they are refused rather than sent out by the hoster's uplink.
"""

from __future__ import annotations

from typing import Final

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.firewall import TUNNEL_MTU
from ffinfra.hosts.templates import rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.machines import Supernode, Tunnel
from ffinfra.network.network import Network

ROUTING_TABLE: Final = 42
"""The kernel's table with the backbone's routes."""

TUNNEL_TTL: Final = 64
"""Hops of the outer packet; without a fixed one it inherits the client's and traceroute breaks."""

BIRD: Final = Unit(name="bird.service", action=UnitAction.RELOAD)
NETWORKD: Final = Unit(name="systemd-networkd.service", action=UnitAction.RELOAD)


def backbone_files(network: Network, supernode: Supernode) -> Topic:
    """bird.conf and the tunnels' interfaces."""
    bird = HostFile(
        path="/etc/bird/bird.conf",
        content=rendered(
            "bird.conf.j2",
            host=supernode.name,
            supernode=supernode,
            autonomous_system=network.mesh.autonomous_system,
            table=ROUTING_TABLE,
            sessions=[_session(tunnel) for tunnel in supernode.tunnels],
        ),
        mode=0o644,
        validator=Validator.BIRD,
        units=(BIRD.name,),
    )
    files = [bird, _nat_address(supernode)]
    for tunnel in supernode.tunnels:
        files += _tunnel(supernode, tunnel)
    return Topic(files=tuple(files), packages=("bird2",), units=(NETWORKD, BIRD))


def _session(tunnel: Tunnel) -> dict[str, object]:
    """A tunnel and its name in bird, where a hyphen would end the word."""
    return {"name": tunnel.interface.replace("-", "_"), "tunnel": tunnel}


def _nat_address(supernode: Supernode) -> HostFile:
    return HostFile(
        path="/etc/systemd/network/20-ffinfra-nat.network",
        content=rendered("nat.network.j2", host=supernode.name, address=supernode.mesh.nat_ipv4),
        units=(NETWORKD.name,),
    )


def _tunnel(supernode: Supernode, tunnel: Tunnel) -> tuple[HostFile, HostFile]:
    values = {
        "host": supernode.name,
        "local": supernode.ipv4,
        "tunnel": tunnel,
        "mtu": TUNNEL_MTU,
        "ttl": TUNNEL_TTL,
    }
    path = f"/etc/systemd/network/40-ffinfra-{tunnel.interface}"
    return (
        HostFile(
            path=f"{path}.netdev",
            content=rendered("tunnel.netdev.j2", **values),
            units=(NETWORKD.name,),
        ),
        HostFile(
            path=f"{path}.network",
            content=rendered("tunnel.network.j2", **values),
            units=(NETWORKD.name,),
        ),
    )
