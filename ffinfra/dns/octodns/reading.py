"""An octoDNS zone file to RRsets, every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ffinfra.dns.octodns.values import SUPPORTED, rdata_of
from ffinfra.dns.records import Record, RRset, group_records, make_rrset
from ffinfra.problems import InvalidInputError, KeyPath, Problem, path_text
from ffinfra.yaml_document import Document, read_document

DEFAULT_TTL: Final = 3600
"""Seconds; octoDNS's own default where a record names no TTL."""

_STEERED: Final = ("dynamic", "geo", "weighted")


def read_octodns(path: Path, origin: str) -> tuple[RRset, ...]:
    """The RRsets of a zone; octoDNS keeps no SOA.

    Args:
        path: the YAML file.
        origin: the zone's canonical name.

    Raises:
        InvalidInputError: with every record that cannot be taken over.
    """
    document = read_document(path)
    records: list[Record] = []
    problems: list[Problem] = []
    for at, name, record in _entries(document.value):
        try:
            rrset = _rrset(name, record, origin)
        except (ValueError, TypeError) as error:
            problems.append(_problem(document, at, f"{name or '@'}: {error}"))
            continue
        records += [Record(rrset.owner, rrset.type, rrset.ttl, value) for value in rrset.values]
    if problems:
        raise InvalidInputError(problems)
    return group_records(records)


def _entries(value: object) -> Iterator[tuple[KeyPath, str, object]]:
    """Every record with its place and name; a name has one record or a list."""
    if not isinstance(value, Mapping):
        yield (), "", None
        return
    for name, found in value.items():
        if isinstance(found, list):
            for index, record in enumerate(found):
                yield (name, index), str(name), record
        else:
            yield (name,), str(name), found


def _rrset(name: str, record: object, origin: str) -> RRset:
    if not isinstance(record, Mapping) or not isinstance(record.get("type"), str):
        raise ValueError("a record is a mapping with a type")
    rdtype = record["type"].upper()
    if rdtype not in SUPPORTED:
        raise ValueError(f"{rdtype} is not read from octoDNS")
    steered = next((key for key in _STEERED if key in record), None)
    if steered:
        raise ValueError(f"{steered}: answers that differ by visitor are nothing that a zone can hold")
    values = record["values"] if "values" in record else [record.get("value")]
    if not isinstance(values, list) or any(value is None for value in values):
        raise ValueError(f"{rdtype} has neither value nor values")
    ttl = record.get("ttl", DEFAULT_TTL)
    if not isinstance(ttl, int) or isinstance(ttl, bool):
        raise ValueError(f"{ttl!r} is no TTL in seconds")
    owner = f"{name}.{origin}" if name else origin
    return make_rrset(owner, rdtype, ttl, [rdata_of(rdtype, value) for value in values])


def _problem(document: Document, at: KeyPath, what: str) -> Problem:
    way_out = "Change it there, or leave it out and add the record to the master file by hand"
    return Problem(place=document.place(at), path=path_text(at), what=what, way_out=way_out)
