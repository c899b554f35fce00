"""Nameservers that nobody can ask: for tests that look at the APIs only."""

from __future__ import annotations

from ffinfra.lab.clouds.nameservers.served import PrimaryZone, ServedZone


class InMemoryZones:
    """Keeps what would be served."""

    def __init__(self) -> None:
        self.zones: dict[str, ServedZone] = {}

    async def publish(self, zone: ServedZone) -> None:
        """Keep the zone."""
        self.zones[zone.name] = zone

    async def withdraw(self, name: str) -> None:
        """Drop the zone."""
        self.zones.pop(name, None)

    async def serial(self, name: str) -> int | None:
        """The serial of a primary zone; secondary zones never arrive here."""
        zone = self.zones.get(name)
        return zone.soa.serial if isinstance(zone, PrimaryZone) else None
