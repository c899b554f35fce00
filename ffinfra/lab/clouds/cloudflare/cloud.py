"""The state behind the Cloudflare API: the zones of one account, and the nameservers that serve them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from ffinfra.lab.clouds.cloudflare.publishing import served
from ffinfra.lab.clouds.cloudflare.records import RecordBody, Records, Rules, added
from ffinfra.lab.clouds.cloudflare.zones import Zone
from ffinfra.lab.clouds.nameservers.served import ServedZones
from ffinfra.lab.clouds.settings import CloudflareSettings


@dataclass
class CloudflareCloud:
    """One account. Everything lives in memory and in one event loop.

    Attributes:
        settings: what it was told.
        nameservers: serve its zones.
        clock: tells the time, in UTC.
        zones: by id.
    """

    settings: CloudflareSettings
    nameservers: ServedZones
    clock: Callable[[], datetime]
    zones: dict[str, Zone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        """Make and serve the zones that exist from the start.

        Raises:
            CloudflareError: a record of theirs is wrong.
            PublishError: they are not served.
        """
        now = self.now()
        for given in self.settings.zones:
            records: Records = {}
            rules = self.rules(given.name)
            for record in given.records:
                records, _ = added(records, RecordBody.model_validate(record.model_dump()), rules)
            await self.change(
                Zone(
                    given.id,
                    given.name,
                    "active",
                    paused=False,
                    records=records,
                    serial=0,
                    created_on=now,
                    modified_on=now,
                )
            )

    def now(self) -> str:
        """The time as the API writes it."""
        return self.clock().isoformat(timespec="microseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """An id as long as the real ones; the n-th is the same in every run."""
        return blake2b(f"id {next(self._numbers)}".encode(), digest_size=16).hexdigest()

    def rules(self, zone: str) -> Rules:
        """What holds for the records of a zone."""
        return Rules(zone, self.settings.records_per_zone, self.now(), self.new_id)

    async def change(self, zone: Zone) -> None:
        """Take over a new or changed zone; returns when it is served.

        Raises:
            PublishError: it is not served.
        """
        serial = max(zone.serial + 1, int(self.clock().timestamp()))
        changed = replace(zone, serial=serial)
        self.zones[zone.id] = changed
        await self.nameservers.publish(served(changed, self.settings))

    async def remove(self, zone: Zone) -> None:
        """Forget a zone; returns when it is no longer served."""
        del self.zones[zone.id]
        await self.nameservers.withdraw(zone.name)
