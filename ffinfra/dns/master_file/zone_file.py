"""What reading a master file gives: the zone, and where each of its records was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from ffinfra.dns.records import Record, Zone
from ffinfra.problems import Place

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """One record as written, before equal names and types are put together.

    Attributes:
        record: in canonical form.
        place: where its line begins; for what $GENERATE made, the directive.
        strings_split: whether a character-string of more than 255 octets had to be cut to be representable.
    """

    record: Record
    place: Place
    strings_split: bool = False


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """A zone as read from a file and those it includes.

    Attributes:
        zone: the zone.
        records: every record in the order of the files, duplicates and the SOA included.
        files: the files that were read, the first one first.
    """

    zone: Zone
    records: tuple[PlacedRecord, ...]
    files: tuple[str, ...]
    _places: Mapping[tuple[str, ...], Place] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[tuple[str, ...], Place] = {}
        for placed in self.records:
            record = placed.record
            for key in (
                (record.owner,),
                (record.owner, record.type),
                (record.owner, record.type, record.value),
            ):
                places.setdefault(key, placed.place)
        object.__setattr__(self, "_places", MappingProxyType(places))

    def place(self, owner: str, rdtype: str | None = None, value: str | None = None) -> Place:
        """Where the first record with this owner (and type, and value) stands; else the file as a whole."""
        key = tuple(part for part in (owner, rdtype, value) if part is not None)
        return self._places.get(key, Place(self.files[0]))
