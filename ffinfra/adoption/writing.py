"""The declarations of a found network, written beside each other; what is there already stays."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from ffinfra.adoption.delegations_file import Found, content_of, delegations_text, zone_of
from ffinfra.adoption.found import FoundZone, Holder, Living
from ffinfra.adoption.machine_entries import Told
from ffinfra.adoption.network_file import KEY, REMARK, with_network
from ffinfra.adoption.open_yaml import open_questions
from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSide, OwnSide, Primary
from ffinfra.dns.importing import Imported, readable_text
from ffinfra.gate.plain_files import refuse_links, replace_file
from ffinfra.problems import Problem
from ffinfra.stack import NETWORK_FILE
from ffinfra.validation import value_at
from ffinfra.yaml_document import scan_document

DELEGATIONS: Final = "dns/delegations.yaml"
_REMARK: Final = "Taken over by ffinfra adopt; from now on edited here."
_BLOCK: Final = re.compile(rf"^(?:{re.escape(REMARK)}\n)?  {KEY}:.*\n(?:(?:   .*)?\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """What was done.

    Attributes:
        files: written, relative to the project.
        remarks: what a person should know of the zones.
    """

    files: tuple[str, ...]
    remarks: tuple[str, ...]

    def __add__(self, other: Written) -> Written:
        """Both, one after the other."""
        return Written((*self.files, *other.files), (*self.remarks, *other.remarks))


def is_declared(project: Path) -> bool:
    """Whether the project has all declarations already, finished or not."""
    return _has_network(project / NETWORK_FILE) and (project / DELEGATIONS).is_file()


def write(project: Path, found: Found, told: Told, *, overwrite: bool) -> Written:
    """Write what is missing, or all of it.

    Raises:
        OperationalError: a zone would not read back as it was found, or a folder is a link.
        InvalidInputError: the stack's file is no YAML.
    """
    files: list[str] = []
    stack_file = project / NETWORK_FILE
    if overwrite or not _has_network(stack_file):
        before = stack_file.read_text("utf-8") if stack_file.is_file() else ""
        text = with_network(_BLOCK.sub("", before), found.living, found.layout, told)
        files.append(_written(project, NETWORK_FILE, text))
    if overwrite or not (project / DELEGATIONS).is_file():
        files.append(_written(project, DELEGATIONS, delegations_text(found)))
    zones = [_zone_written(project, zone_of(zone), overwrite=overwrite) for zone in found.layout.zones]
    return sum(zones, Written(tuple(files), ()))


def write_answered(project: Path, living: Living) -> Written:
    """Write the files of zones whose holder at rest was a question, now that the declarations name it.

    A zone that nobody was found to hold as declared gets none.

    Raises:
        OperationalError: a zone would not read back as it was found, or a folder is a link.
        InvalidInputError: dns/delegations.yaml has mistakes.
    """
    declared = read_delegations(project / DELEGATIONS).zones
    held = (_held(living.zones, zone.origin, zone.primary) for zone in declared)
    found = (content_of(one) if one is not None else None for one in held)
    return sum((_zone_written(project, one, overwrite=False) for one in found), Written((), ()))


def _held(zones: Iterable[FoundZone], origin: str, side: Primary) -> FoundZone | None:
    """The found zone that a declared holder has."""
    match side:
        case OwnSide():
            holder, identifier = Holder.KNOT, ""
        case HetznerSide():
            holder, identifier = Holder.HETZNER, ""
        case CloudflareSide():
            holder, identifier = Holder.CLOUDFLARE, side.zone_id
        case _:
            assert_never(side)
    wanted = (origin, holder, identifier)
    return next((one for one in zones if (one.origin, one.holder, one.identifier) == wanted), None)


def _zone_written(project: Path, content: Imported | None, *, overwrite: bool) -> Written:
    if content is None:
        return Written((), ())
    name = f"dns/zones/{content.zone.origin.removesuffix('.')}.zone"
    if os.path.lexists(project / name) and not overwrite:
        return Written((), ())
    text = readable_text(content.zone, _REMARK)
    return Written((_written(project, name, text),), tuple(f"{name}: {remark}" for remark in content.remarks))


def open_in(project: Path) -> tuple[Problem, ...]:
    """The questions that the declarations still hold."""
    return tuple(_open(project))


def _open(project: Path) -> Iterator[Problem]:
    for name in (NETWORK_FILE, DELEGATIONS):
        yield from open_questions((project / name).read_text("utf-8"), name)


def _has_network(file: Path) -> bool:
    return file.is_file() and value_at(scan_document(file).value, ("config", KEY)) is not None


def _written(project: Path, name: str, text: str) -> str:
    file = project / name
    refuse_links(file.parent, project)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, text.encode())
    return name
