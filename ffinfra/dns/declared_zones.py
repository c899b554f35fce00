"""The zones as declared: the master files in ``dns/zones`` and the records that the model adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.master_file import ZoneFile, read_zone
from ffinfra.dns.model_records import ModelRecord, model_records
from ffinfra.dns.records import Record, Zone, group_records
from ffinfra.network.network import Network
from ffinfra.problems import InvalidInputError, Problem


@dataclass(frozen=True, slots=True)
class DeclaredZone:
    """A zone as it is to be served, and the file that it was read from."""

    declaration: DelegatedZone
    zone: Zone
    file: ZoneFile


def read_declared_zones(
    directory: Path, delegations: Delegations, network: Network
) -> tuple[DeclaredZone, ...]:
    """Read every delegated zone and add what follows from the model.

    Args:
        directory: the folder ``dns``; a zone's file is ``zones/<zone>.zone`` in it.
        delegations: which zones there are.
        network: the model.

    Raises:
        InvalidInputError: with the mistakes of all files, and records that stand in both sources.
    """
    zones: list[DeclaredZone] = []
    problems: list[Problem] = []
    for declaration in delegations.zones:
        path = directory / "zones" / f"{declaration.zone}.zone"
        try:
            file = read_zone(path, declaration.zone, include_root=directory)
            zones.append(
                DeclaredZone(declaration, merged(file, model_records(network, declaration.origin)), file)
            )
        except InvalidInputError as error:
            problems += error.problems
    if problems:
        raise InvalidInputError(problems)
    return tuple(zones)


def merged(file: ZoneFile, made: Sequence[ModelRecord]) -> Zone:
    """A zone with the records of its file and those of the model.

    Raises:
        InvalidInputError: an RRset stands in both; the problem names both places.
    """
    problems = []
    for owner, kind in dict.fromkeys((one.record.owner, one.record.type) for one in made):
        in_file = [
            placed for placed in file.records if (placed.record.owner, placed.record.type) == (owner, kind)
        ]
        source = next(one.source for one in made if (one.record.owner, one.record.type) == (owner, kind))
        problems += [
            Problem(
                place=placed.place,
                what=f"{placed.record} stands here, but {owner} {kind} already follows from {source}",
                way_out=f"Remove it here, or change the address under {source} in the stack file",
            )
            for placed in in_file
        ]
    if problems:
        raise InvalidInputError(problems)
    of_file = [
        Record(rrset.owner, rrset.type, rrset.ttl, value)
        for rrset in file.zone.rrsets
        for value in rrset.values
    ]
    return Zone(file.zone.origin, file.zone.soa, group_records([*of_file, *(one.record for one in made)]))
