"""From zones of the API to zones of the nameservers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffinfra.lab.clouds.nameservers.served import PrimaryZone, Record, StartOfAuthority

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.zones import Zone
    from ffinfra.lab.clouds.settings import CloudflareSettings

_NS_TTL = 86400
_SOA_TTL = 1800
_AUTOMATIC = {1: 300}


def served(zone: Zone, settings: CloudflareSettings) -> PrimaryZone:
    """A zone as it is served: SOA and apex NS are the provider's.

    NS records at the apex are kept and not served, as long as nobody turns on multi-provider DNS:
    https://developers.cloudflare.com/dns/nameservers/nameserver-options/.
    """
    names = [nameserver.name for nameserver in settings.nameservers]
    start = StartOfAuthority(
        mname=f"{names[0]}.",
        rname=f"{settings.hostmaster}.",
        serial=zone.serial,
        refresh=10000,
        retry=2400,
        expire=604800,
        minimum=1800,
        ttl=_SOA_TTL,
    )
    own = [Record("@", _NS_TTL, "NS", f"{name}.") for name in names]
    records = [
        Record(
            _relative(record.name, zone.name),
            _AUTOMATIC.get(record.ttl, record.ttl),
            record.type,
            record.content.value,
        )
        for record in zone.records.values()
        if not (record.type == "NS" and record.name == zone.name)
    ]
    return PrimaryZone(zone.name, start, (*own, *_with_one_ttl(records)))


def _relative(name: str, zone: str) -> str:
    return "@" if name == zone else name.removesuffix(f".{zone}")


def _with_one_ttl(records: list[Record]) -> list[Record]:
    """Records of one RRset served with one TTL, the least, as RFC 2181 section 5.2 asks for."""
    least: dict[tuple[str, str], int] = {}
    for record in records:
        key = (record.name, record.type)
        least[key] = min(record.ttl, least.get(key, record.ttl))
    return [
        Record(record.name, least[record.name, record.type], record.type, record.value) for record in records
    ]
