"""The state behind the Hetzner API: one table a kind, the actions, the nameservers and the machines."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime

from ffinfra.lab.clouds.hetzner.actions import Actions, Pace
from ffinfra.lab.clouds.hetzner.address_pool import Addresses
from ffinfra.lab.clouds.hetzner.catalogue import Catalogue, load_catalogue
from ffinfra.lab.clouds.hetzner.firewalls import Firewall
from ffinfra.lab.clouds.hetzner.networks import Network
from ffinfra.lab.clouds.hetzner.placement_groups import PlacementGroup
from ffinfra.lab.clouds.hetzner.primary_ips import PrimaryIp
from ffinfra.lab.clouds.hetzner.servers import Server
from ffinfra.lab.clouds.hetzner.ssh_keys import SshKey
from ffinfra.lab.clouds.hetzner.table import Table
from ffinfra.lab.clouds.hetzner.volumes import Volume
from ffinfra.lab.clouds.hetzner.zones import Zone
from ffinfra.lab.clouds.machines.machine import Machines
from ffinfra.lab.clouds.nameservers.served import ServedZones
from ffinfra.lab.clouds.settings import HetznerSettings

_FIRST_NUMBER = 1_000_001


@dataclass
class HetznerCloud:
    """One project of an account. Everything lives in memory and in one event loop.

    Attributes:
        settings: what it was told.
        nameservers: serve its zones.
        machines: run its servers.
        clock: tells the time, in UTC.
    """

    settings: HetznerSettings
    nameservers: ServedZones
    machines: Machines
    clock: Callable[[], datetime]
    ssh_keys: Table[SshKey] = field(default_factory=lambda: Table("ssh key"))
    placement_groups: Table[PlacementGroup] = field(default_factory=lambda: Table("placement group"))
    networks: Table[Network] = field(default_factory=lambda: Table("network"))
    primary_ips: Table[PrimaryIp] = field(default_factory=lambda: Table("primary ip"))
    firewalls: Table[Firewall] = field(default_factory=lambda: Table("firewall"))
    volumes: Table[Volume] = field(default_factory=lambda: Table("volume"))
    servers: Table[Server] = field(default_factory=lambda: Table("server"))
    zones: Table[Zone] = field(default_factory=lambda: Table("zone"))

    def __post_init__(self) -> None:
        # All kinds share one row of numbers, so that an id of the wrong kind never fits by chance.
        self.ids = itertools.count(_FIRST_NUMBER)
        pace = Pace(self.settings.action_seconds, self.settings.slow_action_seconds)
        self.actions = Actions(self.ids, pace, self.clock)
        self.catalogue: Catalogue = load_catalogue(self.settings.catalogue)
        self.addresses = Addresses(self.settings.addresses)
        self._background: set[asyncio.Task[None]] = set()

    def now(self) -> str:
        """The time as the API writes it."""
        return self.clock().isoformat(timespec="seconds")

    def in_background(self, work: Coroutine[None, None, None]) -> None:
        """Do something that no action waits for."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def stop(self) -> None:
        """Give up whatever is under way."""
        await self.actions.stop()
        tasks = list(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
