"""Changes by what a person cares about: machines, names, everything else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ffinfra.gate.carried_records import (
    CLOUDFLARE_RECORD_TYPE,
    HETZNER_RRSET_TYPE,
    MANUAL_DELEGATION_TYPE,
    UPDATED_DELEGATION_TYPE,
    ZONE_CONTENT_TYPE,
)
from ffinfra.gate.changes import Change
from ffinfra.urn import name_of, type_of

if TYPE_CHECKING:
    from ffinfra.stack import Declarations

HOST_CONFIG_TYPE = "freifunk:index:HostConfig"
_MACHINE_GROUP, _NAME_GROUP = "ffinfra:network:", "ffinfra:dns:"
"""Components of ours begin with these; what is grouped under one is its part."""
_PARTS_OF_MACHINES = frozenset(
    {
        "Server",
        "PrimaryIp",
        "Rdns",
        "Firewall",
        "FirewallAttachment",
        "Volume",
        "VolumeAttachment",
        "ServerNetwork",
    }
)
"""Kinds of Hetzner Cloud resources that belong to one machine and are named after it."""
_NAMED_BY = {
    ZONE_CONTENT_TYPE: "zone",
    HETZNER_RRSET_TYPE: "zone",
    CLOUDFLARE_RECORD_TYPE: "zoneId",
    "hcloud:index/zone:Zone": "name",
    "cloudflare:index/zone:Zone": "name",
    UPDATED_DELEGATION_TYPE: "parent",
    MANUAL_DELEGATION_TYPE: "parent",
}
"""The input that says to which zone a resource belongs."""


class SubjectKind(StrEnum):
    """What a change is about."""

    MACHINE = "machines"
    NAME = "names"
    OTHER = "everything else"


@dataclass(frozen=True, slots=True)
class Subject:
    """A machine, a zone (with its final dot, or its identifier at Cloudflare), or nothing in particular."""

    kind: SubjectKind
    name: str = ""


def by_subject(
    changes: Iterable[Change], declarations: Declarations | None
) -> dict[Subject, tuple[Change, ...]]:
    """Changes by subject: machines first, then names; in the order of their names."""
    changes = tuple(changes)
    machines = _machines(changes, declarations)
    found: dict[Subject, list[Change]] = {}
    for change in changes:
        found.setdefault(_subject(change, machines), []).append(change)
    order = list(SubjectKind)
    subjects = sorted(found, key=lambda one: (order.index(one.kind), one.name))
    return {subject: tuple(sorted(found[subject], key=_place)) for subject in subjects}


def _place(change: Change) -> tuple[bool, str, str]:
    """A component before its parts."""
    return change.custom, change.type, change.name


def _machines(changes: Iterable[Change], declarations: Declarations | None) -> frozenset[str]:
    """The names of machines: those that are declared, and those that the changes themselves tell."""
    network = declarations.network if declarations else None
    declared = {one.name for one in (*network.hosts, *network.guests)} if network else set()
    told = {change.name for change in changes if change.type == HOST_CONFIG_TYPE}
    groups = {
        name_of(urn)
        for change in changes
        for urn in (change.urn, change.parent)
        if _is_group(urn, _MACHINE_GROUP)
    }
    return frozenset(declared | told | groups)


def _subject(change: Change, machines: Collection[str]) -> Subject:
    zone = _zone(change)
    if zone:
        return Subject(SubjectKind.NAME, zone)
    machine = _machine(change, machines)
    return Subject(SubjectKind.MACHINE, machine) if machine else Subject(SubjectKind.OTHER)


def _zone(change: Change) -> str:
    key = _NAMED_BY.get(change.type)
    inputs = change.new_inputs or change.old_inputs or {}
    name = str(inputs.get(key, "")) if key else ""
    for urn in (change.urn, change.parent):
        if not name and _is_group(urn, _NAME_GROUP):
            name = name_of(urn)
    return name if not name or name.endswith(".") or key == "zoneId" else f"{name}."


def _machine(change: Change, machines: Collection[str]) -> str:
    for urn in (change.urn, change.parent):
        if _is_group(urn, _MACHINE_GROUP) and name_of(urn) in machines:
            return name_of(urn)
    if change.type == HOST_CONFIG_TYPE:
        return change.name
    if change.type.startswith("hcloud:") and change.type.rpartition(":")[2] in _PARTS_OF_MACHINES:
        fitting = [name for name in machines if change.name == name or change.name.startswith(f"{name}-")]
        return max(fitting, key=len, default="")
    return ""


def _is_group(urn: str, package: str) -> bool:
    return type_of(urn).startswith(package)
