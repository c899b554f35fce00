"""The knotd of the lab's root and top-level domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ffinfra.lab.daemons.answers import answers
from ffinfra.lab.daemons.daemon import Daemon
from ffinfra.lab.root_zones import ZoneText
from ffinfra.lab.topology import LabServer


def static_nameserver(server: LabServer, zones: Sequence[ZoneText], folder: Path) -> Daemon:
    """A knotd that serves fixed zones on a server's addresses."""
    folder.mkdir(parents=True)
    for zone in zones:
        (folder / _file(zone)).write_text(zone.text)
    configuration = folder / "knot.conf"
    configuration.write_text(_configuration(server, zones, folder))
    return Daemon(
        name=f"knotd of {server.name}",
        command=["knotd", "-c", str(configuration)],
        log=folder / "knotd.log",
        ready=partial(answers, server.ipv4, f"{zones[0].name}."),
    )


def _file(zone: ZoneText) -> str:
    return f"{zone.name or 'root'}.zone"


def _configuration(server: LabServer, zones: Sequence[ZoneText], folder: Path) -> str:
    lines = [
        "server:",
        f"    rundir: {folder}",
        *(f"    listen: {address}@53" for address in server.addresses),
        "    udp-workers: 1",
        "    tcp-workers: 1",
        "    background-workers: 1",
        "database:",
        f"    storage: {folder}",
        "log:",
        "  - target: stderr",
        "    any: warning",
        "zone:",
    ]
    for zone in zones:
        lines += [
            f"  - domain: {zone.name}.",
            f"    storage: {folder}",
            f"    file: {_file(zone)}",
            "    zonefile-load: whole",
            "    journal-content: none",
        ]
    return "\n".join(lines) + "\n"
