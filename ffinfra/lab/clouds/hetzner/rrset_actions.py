"""Changes to RRsets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call
from ffinfra.lab.clouds.hetzner.bodies import Body, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.hetzner.record_values import RecordType, owner_problem
from ffinfra.lab.clouds.hetzner.rrset_model import (
    MOST_RECORDS,
    NewRecords,
    RecordValue,
    Rrset,
    Ttl,
    checked_records,
)
from ffinfra.lab.clouds.hetzner.rrsets import (
    changeable_rrset_of,
    changed_zone,
    primary_zone_of,
    rrset_of,
    with_rrset,
    without_rrset,
)
from ffinfra.lab.clouds.hetzner.zones import Zone

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


class _Records(Body):
    records: NewRecords


class _Added(Body):
    records: NewRecords
    ttl: Ttl | None = None


class _Commented(Body):
    value: str
    comment: Annotated[str, Field(max_length=255)]


class _Comments(Body):
    records: Annotated[tuple[_Commented, ...], Field(min_length=1, max_length=MOST_RECORDS)]


class _ChangeTtl(Body):
    ttl: Ttl | None


class _Protection(Body):
    change: bool


async def set_records(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/set_records: the whole list."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Records)
    rrset = changeable_rrset_of(zone, call)
    records = checked_records(RecordType(rrset.type), body.records)
    return await _answer(cloud, call, "set_rrset_records", zone, replace(rrset, records=records))


async def add_records(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/add_records; makes the RRset if there is none."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Added)
    record_type = _type_of(call)
    fresh = checked_records(record_type, body.records)
    if (call.params["name"], record_type.value) in zone.rrsets:
        rrset = changeable_rrset_of(zone, call)
        if body.ttl is not None and body.ttl != rrset.ttl:
            raise invalid_input({"ttl": ["must be the same as the TTL of the existing RRset"]})
    else:
        rrset = _empty(zone, call, record_type, body.ttl, cloud.now())
    records = (*rrset.records, *fresh)
    if len({record.value for record in records}) < len(records) or len(records) > MOST_RECORDS:
        raise invalid_input({"records": [f"a value is there already, or there are more than {MOST_RECORDS}"]})
    return await _answer(cloud, call, "add_rrset_records", zone, replace(rrset, records=records))


async def remove_records(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/remove_records; the RRset goes with its last record."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Records)
    rrset = changeable_rrset_of(zone, call)
    gone = {record.value for record in checked_records(RecordType(rrset.type), body.records)}
    _check_known(rrset, gone)
    rest = tuple(record for record in rrset.records if record.value not in gone)
    if rest:
        return await _answer(cloud, call, "remove_rrset_records", zone, replace(rrset, records=rest))
    smaller = without_rrset(zone, rrset)
    return Answer(201, {"action": await changed_zone(cloud, call, "remove_rrset_records", smaller)})


async def update_records(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/update_records: comments only."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Comments)
    rrset = changeable_rrset_of(zone, call)
    comments = {record.value: record.comment or None for record in body.records}
    _check_known(rrset, set(comments))
    records = tuple(
        RecordValue(record.value, comments.get(record.value, record.comment)) for record in rrset.records
    )
    return await _answer(cloud, call, "update_rrset_records", zone, replace(rrset, records=records))


async def change_ttl(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/change_ttl; null = the zone's."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _ChangeTtl)
    rrset = changeable_rrset_of(zone, call)
    return await _answer(cloud, call, "change_rrset_ttl", zone, replace(rrset, ttl=body.ttl))


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST …/actions/change_protection."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Protection)
    protected = replace(rrset_of(zone, call), change_protected=body.change)
    changed = with_rrset(zone, protected)
    action = await cloud.actions.start(
        "change_rrset_protection",
        [zone.target],
        effect=lambda: cloud.zones.put(changed),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def _answer(cloud: HetznerCloud, call: Call, command: str, zone: Zone, rrset: Rrset) -> Answer:
    return Answer(201, {"action": await changed_zone(cloud, call, command, with_rrset(zone, rrset))})


def _type_of(call: Call) -> RecordType:
    try:
        return RecordType(call.params["type"])
    except ValueError:
        raise invalid_input({"type": [f"no record type {call.params['type']!r}"]}) from None


def _empty(zone: Zone, call: Call, record_type: RecordType, ttl: int | None, created: str) -> Rrset:
    problem = owner_problem(call.params["name"], zone.name)
    if problem is not None:
        raise invalid_input({"name": [problem]})
    return Rrset(call.params["name"], record_type.value, ttl, (), {}, created)


def _check_known(rrset: Rrset, values: set[str]) -> None:
    missing = values - {record.value for record in rrset.records}
    if missing:
        raise invalid_input({"records": [f"{value!r} is not in the RRset" for value in sorted(missing)]})
