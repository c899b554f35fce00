"""From zones of the API to zones of the nameservers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from ffinfra.lab.clouds.hetzner.rrset_model import RecordValue, Rrset
from ffinfra.lab.clouds.nameservers.served import (
    PrimaryZone,
    Record,
    SecondaryZone,
    ServedZone,
    StartOfAuthority,
)

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.zones import RrsetKey, Zone

_TIMES = "86400 10800 3600000 3600"


def first_rrsets(cloud: HetznerCloud, zone: Zone) -> Mapping[RrsetKey, Rrset]:
    """SOA and NS, with which every primary zone starts."""
    names = [f"{nameserver.name}." for nameserver in cloud.settings.nameservers]
    start = RecordValue(f"{names[0]} {cloud.settings.hostmaster}. 0 {_TIMES}")
    nameservers = tuple(RecordValue(name) for name in names)
    return {
        ("@", "SOA"): Rrset("@", "SOA", None, (start,), {}, zone.created),
        ("@", "NS"): Rrset("@", "NS", None, nameservers, {}, zone.created),
    }


def next_serial(last: int, now: datetime) -> int:
    """The serial after ``last``: YYYYMMDDnn, which runs ahead of the date after 99 changes a day."""
    return max(last + 1, int(now.strftime("%Y%m%d")) * 100)


def with_new_serial(cloud: HetznerCloud, zone: Zone) -> Zone:
    """The zone with its next serial, in its SOA too."""
    serial = next_serial(zone.serial, cloud.clock())
    soa = zone.rrsets["@", "SOA"]
    fields = soa.records[0].value.split()
    fields[2] = str(serial)
    renewed = replace(soa, records=(replace(soa.records[0], value=" ".join(fields)),))
    return replace(zone, serial=serial, rrsets={**zone.rrsets, ("@", "SOA"): renewed})


async def publish(cloud: HetznerCloud, number: int, name: str = "") -> None:
    """Make the nameservers serve a zone as it is now, or stop serving one that is gone.

    Raises:
        PublishError: they do not.
    """
    zone = cloud.zones.find(number)
    if zone is not None:
        await cloud.nameservers.publish(_served(cloud, zone))
    elif name and not any(other.name == name for other in cloud.zones):
        await cloud.nameservers.withdraw(name)


async def zone_status(cloud: HetznerCloud, zone: Zone) -> str:
    """``ok``, or ``updating`` for a secondary zone that never arrived."""
    if zone.mode == "primary":
        return "ok"
    return "updating" if await cloud.nameservers.serial(zone.name) is None else "ok"


def _served(cloud: HetznerCloud, zone: Zone) -> ServedZone:
    match zone.mode:
        case "primary":
            return _primary(zone)
        case "secondary":
            key_name = cloud.settings.transfer_key_name or zone.name
            return SecondaryZone(zone.name, tuple(primary.server(key_name) for primary in zone.primaries))
    assert_never(zone.mode)


def _primary(zone: Zone) -> PrimaryZone:
    soa = zone.rrsets["@", "SOA"]
    mname, rname, serial, *times = soa.records[0].value.split()
    refresh, retry, expire, minimum = (int(field) for field in times)
    ttl = zone.ttl if soa.ttl is None else soa.ttl
    records = tuple(
        Record(rrset.name, zone.ttl if rrset.ttl is None else rrset.ttl, rrset.type, record.value)
        for rrset in zone.rrsets.values()
        if rrset.type != "SOA"
        for record in rrset.records
    )
    start = StartOfAuthority(mname, rname, int(serial), refresh, retry, expire, minimum, ttl)
    return PrimaryZone(zone.name, start, records)
