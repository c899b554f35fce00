"""A VM host's own network: the physical interface without offloads, the bridge of the guests.

Row e of the founding story: TCP over GRE ran at 500 kbit/s until segmentation and receive offloads were off
on the host's physical interface.
"""

from __future__ import annotations

from typing import Final

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.templates import Line, rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.hosts import DedicatedHost

OFFLOADS: Final = Unit(name="ffinfra-offloads.service", action=UnitAction.RESTART)
NETWORKD: Final = Unit(name="systemd-networkd.service", action=UnitAction.RELOAD)
SYSCTL: Final = Unit(name="systemd-sysctl.service", action=UnitAction.RESTART)

_NAMING_PROPERTY: Final = (
    ("eno", "ID_NET_NAME_ONBOARD"),
    ("ens", "ID_NET_NAME_SLOT"),
    ("enp", "ID_NET_NAME_PATH"),
    ("enx", "ID_NET_NAME_MAC"),
)
"""Which udev property holds a predictable name (systemd.net-naming-scheme(7)).

A .link file is read before the interface gets that name, so it cannot match the name itself.
"""


def link_match(interface: str) -> Line:
    """The [Match] line of systemd.link(5) that fits an interface before it is renamed."""
    for prefix, udev_property in _NAMING_PROPERTY:
        if interface.startswith(prefix):
            return Line(f"Property={udev_property}={interface}")
    return Line(f"OriginalName={interface}")


def bridge_files(host: DedicatedHost) -> Topic:
    """Offloads off at boot and now; bridge with the host's addresses; no routing."""
    values = {"host": host.name, "network": host.network, "match": link_match(host.network.interface)}
    networkd = (NETWORKD.name,)
    network_files = [
        HostFile(
            path=f"/etc/systemd/network/{name}", content=rendered(f"{template}.j2", **values), units=networkd
        )
        for name, template in (
            ("20-ffinfra-uplink.network", "uplink.network"),
            ("20-ffinfra-bridge.netdev", "host-bridge.netdev"),
            ("20-ffinfra-bridge.network", "host-bridge.network"),
        )
    ]
    files = (
        HostFile(
            path="/etc/systemd/network/10-ffinfra-uplink.link",
            content=rendered("uplink.link.j2", **values),
            units=(OFFLOADS.name,),
        ),
        HostFile(
            path="/etc/systemd/system/ffinfra-offloads.service",
            content=rendered("offloads.service.j2", **values),
            validator=Validator.SYSTEMD_UNIT,
            units=(OFFLOADS.name,),
        ),
        HostFile(
            path="/etc/sysctl.d/60-ffinfra-no-forwarding.conf",
            content=rendered("sysctl_no_forwarding.conf.j2", **values),
            units=(SYSCTL.name,),
        ),
        *network_files,
    )
    return Topic(files=files, packages=("ethtool",), units=(SYSCTL, NETWORKD, OFFLOADS))
