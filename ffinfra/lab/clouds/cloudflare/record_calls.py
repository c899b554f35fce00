"""The calls about records of a zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.cloudflare import records
from ffinfra.lab.clouds.cloudflare.envelope import page, read_body, success
from ffinfra.lab.clouds.cloudflare.record_filters import chosen_records
from ffinfra.lab.clouds.cloudflare.records import DnsRecord, RecordBody, RecordPatch, Records
from ffinfra.lab.clouds.cloudflare.zones import Zone, zone_of

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 5_000_000


def shaping(cloud: CloudflareCloud) -> Callable[[DnsRecord], JsonObject]:
    """How records are shown."""
    return lambda record: record.shape(srv_priority=cloud.settings.srv_top_level_priority)


async def store(cloud: CloudflareCloud, zone: Zone, changed: Records) -> None:
    """Keep and serve changed records."""
    await cloud.change(replace(zone, records=changed, modified_on=cloud.now()))


async def create(cloud: CloudflareCloud, call: Call) -> Answer:
    """POST /zones/{id}/dns_records."""
    zone = zone_of(cloud, call)
    changed, record = records.added(zone.records, read_body(call, RecordBody), cloud.rules(zone.name))
    await store(cloud, zone, changed)
    return success(shaping(cloud)(record))


async def list_all(cloud: CloudflareCloud, call: Call) -> Answer:
    """GET /zones/{id}/dns_records."""
    zone = zone_of(cloud, call)
    return page(
        call,
        chosen_records(call, zone.records.values()),
        shaping(cloud),
        default_size=_DEFAULT_PAGE,
        largest=_LARGEST_PAGE,
    )


async def get(cloud: CloudflareCloud, call: Call) -> Answer:
    """GET /zones/{id}/dns_records/{id}."""
    return success(shaping(cloud)(records.get(zone_of(cloud, call).records, call.params["record"])))


async def put(cloud: CloudflareCloud, call: Call) -> Answer:
    """PUT /zones/{id}/dns_records/{id}: the whole record."""
    zone, record_id = zone_of(cloud, call), call.params["record"]
    records.get(zone.records, record_id)
    changed, record = records.replaced(
        zone.records, record_id, read_body(call, RecordBody), cloud.rules(zone.name)
    )
    await store(cloud, zone, changed)
    return success(shaping(cloud)(record))


async def patch(cloud: CloudflareCloud, call: Call) -> Answer:
    """PATCH /zones/{id}/dns_records/{id}: a part of the record."""
    zone, record_id = zone_of(cloud, call), call.params["record"]
    changed, record = records.patched(
        zone.records, record_id, read_body(call, RecordPatch), cloud.rules(zone.name)
    )
    await store(cloud, zone, changed)
    return success(shaping(cloud)(record))


async def delete(cloud: CloudflareCloud, call: Call) -> Answer:
    """DELETE /zones/{id}/dns_records/{id}."""
    zone = zone_of(cloud, call)
    changed, record = records.removed(zone.records, call.params["record"])
    await store(cloud, zone, changed)
    return success({"id": record.id})
