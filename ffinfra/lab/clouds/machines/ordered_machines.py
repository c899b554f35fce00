"""Machines that somebody else runs: each verb is told to the lab's supervisor, beside the directory that is kept."""

from __future__ import annotations

import asyncio
import json
from ipaddress import IPv6Network
from pathlib import Path
from typing import Any

from ffinfra.lab.clouds.machines.file_machines import FileMachines, meta_data
from ffinfra.lab.clouds.machines.machine import Machine
from ffinfra.problems import OperationalError


class OrderedMachines:
    """See ``Machines``."""

    def __init__(self, files: FileMachines, control: Path) -> None:
        """Keep the directories, and tell the socket.

        Args:
            files: what else is known of each machine.
            control: the supervisor's socket.
        """
        self._files = files
        self._control = control

    def start(self) -> None:
        """Remove what an earlier run left."""
        self._files.start()

    async def boot(self, machine: Machine) -> None:
        """First start, with the user data."""
        await self._files.boot(machine)
        addresses = [machine.ipv4] if machine.ipv4 is not None else []
        if machine.ipv6 is not None:
            addresses.append(str(IPv6Network(machine.ipv6)[1]))
        seed = {"user_data": machine.user_data, "meta_data": meta_data(machine), "addresses": addresses}
        await self._order("boot", machine, seed)

    async def power_off(self, machine: Machine) -> None:
        """Stop it."""
        await self._order("power-off", machine, {})
        await self._files.power_off(machine)

    async def power_on(self, machine: Machine) -> None:
        """Start it again."""
        await self._order("power-on", machine, {})
        await self._files.power_on(machine)

    async def update(self, machine: Machine) -> None:
        """Note what changed; a machine learns of it at its next boot."""
        await self._files.update(machine)

    async def destroy(self, machine: Machine) -> None:
        """Remove it."""
        await self._order("destroy", machine, {})
        await self._files.destroy(machine)

    async def _order(self, order: str, machine: Machine, more: dict[str, Any]) -> None:
        """Tell the supervisor, and wait until it is done.

        Raises:
            OperationalError: it cannot, and why.
        """
        request = {"verb": "machine", "order": order, "name": machine.name, **more}
        try:
            reader, writer = await asyncio.open_unix_connection(self._control)
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            reply = json.loads(await reader.readline() or b"{}")
            writer.close()
            await writer.wait_closed()
        except (OSError, ValueError) as error:
            raise OperationalError(
                f"{machine.name}: the lab does not answer ({error})", "See .lab/run"
            ) from error
        if reply.get("ok") is not True:
            raise OperationalError(f"{machine.name}: {reply.get('message', 'no word')}", "See .lab/run")
