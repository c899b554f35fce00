"""Zones as master files (RFC 1035 section 5), read and written as the API describes it.

While reading: ``$ORIGIN`` must be the zone, ``$TTL`` becomes the zone's TTL, only class IN, the SOA and all
assigned nameservers must be there, a comment behind a record is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.hetzner.record_values import RecordType, canonical_value, owner_problem
from ffinfra.lab.clouds.hetzner.rrset_model import RecordValue, Rrset
from ffinfra.lab.clouds.hetzner.zone_contents import checked_contents
from ffinfra.lab.clouds.hetzner.zone_file_lines import FileRecord, FileText, parsed

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.zones import RrsetKey, Zone

_TYPES = frozenset(record_type.value for record_type in RecordType)


def read_zone_file(cloud: HetznerCloud, zone: Zone, text: str) -> Zone:
    """The zone with the RRsets of a master file instead of its own.

    Raises:
        HetznerError: ``invalid_input`` with everything that is wrong.
    """
    try:
        file = parsed(text, zone.name)
    except ValueError as error:
        raise invalid_input({"zonefile": [str(error)]}) from None
    rrsets, wrong = _rrsets(file, zone.name, cloud.now())
    if file.ttl is not None and file.ttl < 60:
        wrong.append(f"$TTL {file.ttl} is below 60 seconds")
    if ("@", "SOA") not in rrsets:
        wrong.append("there is no SOA record")
    nameservers = rrsets.get(("@", "NS"))
    present = set() if nameservers is None else {record.value for record in nameservers.records}
    wrong.extend(
        f"the assigned nameserver {assigned.name}. is not among the NS records"
        for assigned in cloud.settings.nameservers
        if f"{assigned.name}." not in present
    )
    if wrong:
        raise invalid_input({"zonefile": wrong})
    return replace(zone, ttl=zone.ttl if file.ttl is None else file.ttl, rrsets=checked_contents(rrsets))


def written_zone_file(zone: Zone) -> str:
    """A zone as a master file, fields separated by tabs."""
    lines = [f"$ORIGIN\t{zone.name}.", f"$TTL\t{zone.ttl}", ""]
    for rrset in sorted(zone.rrsets.values(), key=_soa_first):
        ttl = "" if rrset.ttl is None else f"{rrset.ttl}\t"
        for record in rrset.records:
            comment = "" if record.comment is None else f" ; {record.comment}"
            lines.append(f"{rrset.name}\tIN\t{ttl}{rrset.type}\t{record.value}{comment}")
    return "\n".join(lines) + "\n"


def _soa_first(rrset: Rrset) -> tuple[bool, bool, str, str]:
    return rrset.type != "SOA", rrset.name != "@", rrset.name, rrset.type


def _rrsets(file: FileText, zone: str, created: str) -> tuple[Mapping[RrsetKey, Rrset], list[str]]:
    """The records by name and type, and what is wrong with them."""
    rrsets: dict[RrsetKey, Rrset] = {}
    wrong: list[str] = []
    for record in file.records:
        problems = _problems(record, zone)
        if problems:
            wrong.extend(f"line {record.line}: {problem}" for problem in problems)
            continue
        key = (record.name, record.type)
        value = RecordValue(canonical_value(RecordType(record.type), record.value), record.comment)
        known = rrsets.get(key) or Rrset(record.name, record.type, record.ttl, (), {}, created)
        if known.ttl != record.ttl:
            wrong.append(f"line {record.line}: {record.name}/{record.type} has two different TTLs")
        rrsets[key] = replace(known, records=(*known.records, value))
    return rrsets, wrong


def _problems(record: FileRecord, zone: str) -> Sequence[str]:
    if record.type not in _TYPES:
        return [f"no record type {record.type!r}"]
    problem = owner_problem(record.name, zone)
    if problem is not None:
        return [f"{record.name} {problem}"]
    try:
        canonical_value(RecordType(record.type), record.value)
    except ValueError as error:
        return [str(error)]
    return []
