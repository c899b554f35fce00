"""Both stand-ins with what is behind them, as one thing that starts and stops."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.applications import Starlette

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud
from ffinfra.lab.clouds.cloudflare.manners import CloudflareManners
from ffinfra.lab.clouds.cloudflare.routes import cloudflare_routes
from ffinfra.lab.clouds.faults.kinds import Api
from ffinfra.lab.clouds.faults.plan import FaultPlan
from ffinfra.lab.clouds.front import Front
from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
from ffinfra.lab.clouds.hetzner.manners import HetznerManners
from ffinfra.lab.clouds.hetzner.routes import hetzner_routes
from ffinfra.lab.clouds.history import History
from ffinfra.lab.clouds.listening import Listener
from ffinfra.lab.clouds.machines.file_machines import FileMachines
from ffinfra.lab.clouds.machines.ordered_machines import OrderedMachines
from ffinfra.lab.clouds.management import Management
from ffinfra.lab.clouds.nameservers.in_memory import InMemoryZones
from ffinfra.lab.clouds.nameservers.knot import KnotZones
from ffinfra.lab.clouds.nameservers.knot_config import KnotPlace
from ffinfra.lab.clouds.settings import CloudSettings, Nameserver
from ffinfra.lab.clouds.state import summary
from ffinfra.lab.clouds.state_directory import StateDirectory

HETZNER_BASE = "/v1"
CLOUDFLARE_BASE = "/client/v4"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Applications:
    """The three ASGI applications."""

    hetzner: Starlette
    cloudflare: Starlette
    management: Starlette


@dataclass
class Clouds:
    """Everything between the settings and the ports.

    Attributes:
        settings: what it was told.
        clock: tells the time, in UTC.
    """

    settings: CloudSettings
    clock: Clock = utc_now
    _listeners: list[Listener] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = self.settings
        self.directory = StateDirectory(settings.state_directory)
        files = FileMachines(self.directory.path / "machines")
        control = settings.machine_control
        self.machines = files if control is None else OrderedMachines(files, control)
        self.hetzner_zones = self._nameservers(
            "hetzner",
            settings.hetzner.nameservers,
            settings.hetzner.dns_port,
            settings.hetzner.transfer_retry_seconds,
        )
        self.cloudflare_zones = self._nameservers(
            "cloudflare", settings.cloudflare.nameservers, settings.cloudflare.dns_port
        )
        self.hetzner = HetznerCloud(settings.hetzner, self.hetzner_zones, self.machines, self.clock)
        self.cloudflare = CloudflareCloud(settings.cloudflare, self.cloudflare_zones, self.clock)
        self.history = History()
        self.plan = FaultPlan(settings.faults)

    def applications(self) -> Applications:
        """The applications over this state; no port is opened."""
        wait = self.settings.faults.retry_after_seconds
        hetzner = HetznerManners(self.settings.hetzner.token.get_secret_value(), wait)
        cloudflare = CloudflareManners(self.settings.cloudflare.token.get_secret_value(), wait)
        return Applications(
            Front(Api.HETZNER, HETZNER_BASE, hetzner, self.plan, self.history, self.clock).app(
                hetzner_routes(self.hetzner)
            ),
            Front(Api.CLOUDFLARE, CLOUDFLARE_BASE, cloudflare, self.plan, self.history, self.clock).app(
                cloudflare_routes(self.cloudflare)
            ),
            Management(self.history, self.plan, lambda: summary(self.hetzner, self.cloudflare)).app(),
        )

    async def start_behind(self) -> None:
        """Start what is behind the APIs: machines, nameservers and the zones that exist from the start.

        Raises:
            OperationalError: a knotd does not start, or the state directory is in use.
        """
        self.directory.hold()
        self.machines.start()
        for zones in (self.hetzner_zones, self.cloudflare_zones):
            if isinstance(zones, KnotZones):
                await zones.start()
        await self.cloudflare.start()

    async def start(self) -> JsonObject:
        """Start all; returns what the ready line says.

        Raises:
            OperationalError: a knotd does not start, or a port is taken.
        """
        await self.start_behind()
        settings, apps = self.settings, self.applications()
        for app, listen in (
            (apps.hetzner, settings.hetzner.listen),
            (apps.cloudflare, settings.cloudflare.listen),
            (apps.management, settings.management.listen),
        ):
            listener = Listener(app, listen)
            await listener.start()
            self._listeners.append(listener)
        hetzner, cloudflare, management = (listener.url for listener in self._listeners)
        return {
            "ready": True,
            "hetzner": hetzner + HETZNER_BASE,
            "cloudflare": cloudflare + CLOUDFLARE_BASE,
            "management": management,
            "pid": os.getpid(),
            "knotd": {"hetzner": _pid(self.hetzner_zones), "cloudflare": _pid(self.cloudflare_zones)},
        }

    async def stop(self) -> None:
        """Stop all, the ports first."""
        for listener in self._listeners:
            await listener.stop()
        await self.stop_behind()

    async def stop_behind(self) -> None:
        """Stop what ``start_behind`` started."""
        await self.hetzner.stop()
        for zones in (self.hetzner_zones, self.cloudflare_zones):
            if isinstance(zones, KnotZones):
                await zones.stop()
        self.directory.release()

    def _nameservers(
        self, name: str, nameservers: tuple[Nameserver, ...], port: int, retry: int = 2
    ) -> KnotZones | InMemoryZones:
        if self.settings.served_by == "memory":
            return InMemoryZones()
        addresses = tuple(address for nameserver in nameservers for address in nameserver.addresses)
        return KnotZones(KnotPlace(self.directory.path / f"knot-{name}", addresses, port, retry))


def _pid(zones: KnotZones | InMemoryZones) -> int | None:
    return zones.pid if isinstance(zones, KnotZones) else None
