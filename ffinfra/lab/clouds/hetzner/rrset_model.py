"""RRsets as they are kept, and as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body, NewLabels
from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.hetzner.record_values import RecordType, canonical_value, owner_problem

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.zones import Zone

MOST_RECORDS = 50
Ttl = Annotated[int, Field(ge=60, le=2147483647)]


@dataclass(frozen=True, slots=True)
class RecordValue:
    """One record of an RRset; the value identifies it."""

    value: str
    comment: str | None = None

    def shape(self) -> JsonObject:
        """As the API shows it: a comment only where there is one."""
        return (
            {"value": self.value} if self.comment is None else {"value": self.value, "comment": self.comment}
        )


@dataclass(frozen=True, slots=True)
class Rrset:
    """All records of one name and type; without a TTL of its own it has the zone's."""

    name: str
    type: str
    ttl: int | None
    records: tuple[RecordValue, ...]
    labels: Mapping[str, str]
    created: str = ""
    change_protected: bool = False

    @property
    def id(self) -> str:
        """Its id within the zone, such as ``www/A``."""
        return f"{self.name}/{self.type}"

    def shape(self, zone: Zone) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "ttl": self.ttl,
            "records": [record.shape() for record in self.records],
            "labels": dict(self.labels),
            "protection": {"change": self.change_protected},
            "zone": zone.id,
        }


class NewRecord(Body):
    """A record as asked for."""

    value: str
    comment: Annotated[str, Field(max_length=255)] | None = None


NewRecords = Annotated[tuple[NewRecord, ...], Field(min_length=1, max_length=MOST_RECORDS)]


class NewRrset(Body):
    """An RRset as asked for."""

    name: str
    type: RecordType
    ttl: Ttl | None = None
    labels: NewLabels
    records: NewRecords


def checked_rrset(wanted: NewRrset, zone: str) -> Rrset:
    """The RRset in its canonical form.

    Raises:
        HetznerError: ``invalid_input`` for the name or the records.
    """
    problem = owner_problem(wanted.name, zone)
    if problem is not None:
        raise invalid_input({"name": [problem]})
    records = checked_records(wanted.type, wanted.records)
    return Rrset(wanted.name, wanted.type.value, wanted.ttl, records, wanted.labels)


def checked_records(record_type: RecordType, wanted: Sequence[NewRecord]) -> tuple[RecordValue, ...]:
    """The records in canonical form, all different.

    Raises:
        HetznerError: ``invalid_input`` with every value that is wrong.
    """
    records: list[RecordValue] = []
    wrong: list[str] = []
    for record in wanted:
        try:
            records.append(RecordValue(canonical_value(record_type, record.value), record.comment or None))
        except ValueError as error:
            wrong.append(str(error))
    values = [record.value for record in records]
    wrong.extend(f"{value!r} is given twice" for value in sorted(set(values)) if values.count(value) > 1)
    if record_type in (RecordType.CNAME, RecordType.SOA) and len(wanted) > 1:
        wrong.append(f"an RRset of type {record_type.value} has one record")
    if wrong:
        raise invalid_input({"records": wrong})
    return tuple(records)
