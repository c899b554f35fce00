"""What of a change Cloudflare would refuse for what stands in its zones already.

Which records cannot stand beside each other, with its error codes 81053 to 81058:
https://developers.cloudflare.com/dns/manage-dns-records/troubleshooting/. What is not named there is left to the API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from ffinfra.dns.names import canonical_name
from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import (
    AskedCloudflare,
    CloudflareZones,
    NoAnswer,
    NotAsked,
    StandingRecord,
)
from ffinfra.gate.preflight.standing_records import standing_record
from ffinfra.gate.rules.rule import Hit

_ADDRESSING: Final = frozenset({"A", "AAAA", "CNAME"})
_LOOKED_AT: Final = ("zoneId", "name", "type", "content", "data", "priority")


def would_clash(changes: ChangeSet, asked: AskedCloudflare) -> Iterator[Hit]:
    """Zones that are not there, and records that cannot stand beside those that are."""
    match asked:
        case NotAsked():
            return
        case NoAnswer(reason):
            yield Hit(f"Cloudflare could not be asked: {reason}", (), "Try again, or go without --live")
        case CloudflareZones():
            yield from _unseen(changes, asked)
            for change in changes.effective:
                if change.type == CLOUDFLARE_RECORD_TYPE:
                    yield from _clashing(change, asked)
        case _:
            assert_never(asked)


def _unseen(changes: ChangeSet, asked: CloudflareZones) -> Iterator[Hit]:
    for zone in sorted(asked.unseen):
        yield Hit(
            f"Cloudflare shows no zone {zone} to this token",
            [change.urn for change in changes.changes if _zone(change) == zone],
            "Compare the zone_id with the zone's page there, and what the token may do: Zone:Read and DNS:Edit",
        )


def _clashing(change: Change, asked: CloudflareZones) -> Iterator[Hit]:
    """A creation comes before the deletions of its update, so what goes there still stands."""
    inputs, zone = change.new_inputs, _zone(change)
    made = change.operation in (Operation.CREATE, Operation.UPDATE)
    if not made or inputs is None or zone not in asked.records:
        return
    if any(why_hidden(inputs.get(key)) for key in _LOOKED_AT):
        return
    record = standing_record(inputs)
    own = standing_record(change.old_inputs) if change.old_inputs is not None else None
    apex = record.owner == canonical_name(f"{asked.names[zone]}.")
    for other in sorted(asked.records[zone]):
        if other.owner == record.owner and other != own and (why := _why_not(record, other, apex=apex)):
            yield Hit(
                f"{change.name}: {why} at Cloudflare",
                [change.urn],
                "Import what is there (pulumi import), or remove it first, in a change of its own",
            )
            return


def _why_not(record: StandingRecord, other: StandingRecord, *, apex: bool) -> str:
    """Why a record cannot stand beside another one of its name; empty where it can."""
    if record == other:
        return f"{record.owner} {record.type} {record.value} stands already"
    pair = {record.type, other.type}
    aliased = "CNAME" in pair and pair <= _ADDRESSING
    delegated = "NS" in pair and bool(pair & _ADDRESSING) and not apex
    if aliased or delegated:
        return f"{record.owner} {record.type} cannot stand beside the {other.type} that stands"
    return ""


def _zone(change: Change) -> str:
    inputs = change.new_inputs if change.new_inputs is not None else change.old_inputs
    return str((inputs or {}).get("zoneId"))
