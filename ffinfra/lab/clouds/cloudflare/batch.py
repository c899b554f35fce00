"""Many changes to the records of a zone at once: all or none, in the order deletes, patches, puts, posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.cloudflare import records
from ffinfra.lab.clouds.cloudflare.envelope import read_body, success
from ffinfra.lab.clouds.cloudflare.record_calls import shaping, store
from ffinfra.lab.clouds.cloudflare.records import RecordBody, RecordPatch
from ffinfra.lab.clouds.cloudflare.zones import zone_of

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud


class _Delete(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str


class _Patch(RecordPatch):
    id: str


class _Put(RecordBody):
    id: str


class _Batch(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    deletes: tuple[_Delete, ...] | None = None
    patches: tuple[_Patch, ...] | None = None
    puts: tuple[_Put, ...] | None = None
    posts: tuple[RecordBody, ...] | None = None


async def batch(cloud: CloudflareCloud, call: Call) -> Answer:
    """POST /zones/{id}/dns_records/batch."""
    zone, body = zone_of(cloud, call), read_body(call, _Batch)
    rules, shape = cloud.rules(zone.name), shaping(cloud)
    known = zone.records
    done: dict[str, list[JsonObject]] = {"deletes": [], "patches": [], "puts": [], "posts": []}
    for gone in body.deletes or ():
        known, record = records.removed(known, gone.id)
        done["deletes"].append(shape(record))
    for change in body.patches or ():
        patch = RecordPatch.model_validate(change.model_dump(exclude={"id"}, exclude_unset=True))
        known, record = records.patched(known, change.id, patch, rules)
        done["patches"].append(shape(record))
    for whole in body.puts or ():
        known, record = records.replaced(known, whole.id, whole, rules)
        done["puts"].append(shape(record))
    for new in body.posts or ():
        known, record = records.added(known, new, rules)
        done["posts"].append(shape(record))
    await store(cloud, zone, known)
    return success(done)
