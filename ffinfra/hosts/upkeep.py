"""What every machine does by itself: security upgrades, the right time, bounded logs, metrics."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Final

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.firewall import BIRD_EXPORTER_PORT, NODE_EXPORTER_PORT
from ffinfra.hosts.templates import rendered
from ffinfra.network.kernel import DebianRelease

TIME: Final = Unit(name="systemd-timesyncd.service", action=UnitAction.RESTART)
JOURNAL: Final = Unit(name="systemd-journald.service", action=UnitAction.RESTART)
NODE_EXPORTER: Final = Unit(name="prometheus-node-exporter.service", action=UnitAction.RESTART)
BIRD_EXPORTER: Final = Unit(name="prometheus-bird-exporter.service", action=UnitAction.RESTART)

Address = IPv4Address | IPv6Address


def upkeep_files(debian: DebianRelease, machine: str) -> Topic:
    """Unattended security upgrades without the kernel, time, journal."""
    upgrades = HostFile(
        path="/etc/apt/apt.conf.d/60-ffinfra-unattended-upgrades",
        content=rendered("unattended_upgrades.conf.j2", host=machine, debian=debian),
    )
    time = HostFile(
        path="/etc/systemd/timesyncd.conf.d/ffinfra.conf",
        content=rendered("timesyncd.conf.j2", host=machine),
        units=(TIME.name,),
    )
    journal = HostFile(
        path="/etc/systemd/journald.conf.d/ffinfra.conf",
        content=rendered("journald.conf.j2", host=machine),
        units=(JOURNAL.name,),
    )
    return Topic(
        files=(upgrades, time, journal),
        packages=("systemd-timesyncd", "unattended-upgrades"),
        units=(JOURNAL, TIME),
    )


def exporter_files(machine: str, address: Address, *, bird: bool) -> Topic:
    """Prometheus exporters, listening at the management address and nowhere else."""
    files = [_exporter("prometheus-node-exporter", NODE_EXPORTER, machine, address, NODE_EXPORTER_PORT)]
    if bird:
        files.append(
            _exporter("prometheus-bird-exporter", BIRD_EXPORTER, machine, address, BIRD_EXPORTER_PORT)
        )
    return Topic(
        files=tuple(files),
        packages=("prometheus-node-exporter", *(("prometheus-bird-exporter",) if bird else ())),
        units=(NODE_EXPORTER, *((BIRD_EXPORTER,) if bird else ())),
    )


def _exporter(name: str, unit: Unit, machine: str, address: Address, port: int) -> HostFile:
    listen = f"[{address}]:{port}" if isinstance(address, IPv6Address) else f"{address}:{port}"
    return HostFile(
        path=f"/etc/default/{name}",
        content=rendered(f"{name}.j2", host=machine, listen=listen),
        units=(unit.name,),
    )
