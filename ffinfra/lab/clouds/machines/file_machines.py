"""Machines as directories: the NoCloud seed (user-data, meta-data) and server.json with what else is known.

The seed is what a real machine would be given: https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html.
"""

from __future__ import annotations

import json
import shutil
from enum import StrEnum
from pathlib import Path

import yaml

from ffinfra.lab.clouds.machines.machine import Machine


class Power(StrEnum):
    """Whether a machine runs."""

    ON = "on"
    OFF = "off"


class FileMachines:
    """One directory per server, named by its number and its first name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._places: dict[int, Path] = {}
        self._power: dict[int, Power] = {}

    def start(self) -> None:
        """Remove what an earlier run left."""
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)

    async def boot(self, machine: Machine) -> None:
        """Write the seed afresh."""
        place = self._places.setdefault(machine.id, self._directory / f"{machine.id}-{machine.name}")
        place.mkdir(mode=0o700, exist_ok=True)
        seed = place / "user-data"
        seed.touch(mode=0o600)
        seed.write_text(machine.user_data, encoding="utf-8")
        (place / "meta-data").write_text(meta_data(machine), encoding="utf-8")
        self._write(machine, Power.ON)

    async def power_off(self, machine: Machine) -> None:
        """Note that it is off."""
        self._write(machine, Power.OFF)

    async def power_on(self, machine: Machine) -> None:
        """Note that it is on, with whatever changed."""
        self._write(machine, Power.ON)

    async def update(self, machine: Machine) -> None:
        """Note what changed."""
        self._write(machine, self._power.get(machine.id, Power.OFF))

    async def destroy(self, machine: Machine) -> None:
        """Remove the directory, if there is one."""
        self._power.pop(machine.id, None)
        place = self._places.pop(machine.id, None)
        if place is not None:
            shutil.rmtree(place)

    def _write(self, machine: Machine, power: Power) -> None:
        """Write server.json; a machine that never booted has no directory and needs none."""
        place = self._places.get(machine.id)
        if place is None:
            return
        self._power[machine.id] = power
        known = {
            "id": machine.id,
            "name": machine.name,
            "power": power.value,
            "server_type": machine.server_type,
            "image": machine.image,
            "location": machine.location,
            "ipv4": machine.ipv4,
            "ipv6": machine.ipv6,
            "private": [
                {"network": net.network, "ip": net.ip, "alias_ips": net.alias_ips, "mac": net.mac_address}
                for net in machine.private
            ],
        }
        fresh = place / "server.json.new"
        fresh.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        fresh.replace(place / "server.json")


def meta_data(machine: Machine) -> str:
    """NoCloud meta-data of a server."""
    return yaml.safe_dump(
        {
            "instance-id": f"i-{machine.id}",
            "local-hostname": machine.name,
            "public-keys": list(machine.public_keys),
        },
        sort_keys=False,
        width=float("inf"),
    )
