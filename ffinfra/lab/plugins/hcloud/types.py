"""The resource types that this stand-in knows."""

from __future__ import annotations

from ffinfra.lab.plugins.hcloud.firewall import Firewall
from ffinfra.lab.plugins.hcloud.firewall_attachment import FirewallAttachment
from ffinfra.lab.plugins.hcloud.hcloud_type import HcloudType
from ffinfra.lab.plugins.hcloud.network import Network
from ffinfra.lab.plugins.hcloud.network_subnet import NetworkSubnet
from ffinfra.lab.plugins.hcloud.placement_group import PlacementGroup
from ffinfra.lab.plugins.hcloud.primary_ip import PrimaryIp
from ffinfra.lab.plugins.hcloud.rdns import Rdns
from ffinfra.lab.plugins.hcloud.server import Server
from ffinfra.lab.plugins.hcloud.settings import HcloudSettings
from ffinfra.lab.plugins.hcloud.ssh_key import SshKey
from ffinfra.lab.plugins.hcloud.volume import Volume
from ffinfra.lab.plugins.hcloud.zone import Zone
from ffinfra.lab.plugins.hcloud.zone_rrset import ZoneRrset


def resource_types(settings: HcloudSettings) -> list[HcloudType]:
    """All of them, on one connection."""
    return [
        Firewall(settings),
        FirewallAttachment(settings),
        Network(settings),
        NetworkSubnet(settings),
        PlacementGroup(settings),
        PrimaryIp(settings),
        Rdns(settings),
        Server(settings),
        SshKey(settings),
        Volume(settings),
        Zone(settings),
        ZoneRrset(settings),
    ]
