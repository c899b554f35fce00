"""The declarations of a found network, written beside each other; what is there already stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ffinfra.adoption.delegations_file import Found, delegations_text, zone_of
from ffinfra.adoption.machine_entries import Told
from ffinfra.adoption.network_file import KEY, REMARK, with_network
from ffinfra.adoption.open_yaml import open_questions
from ffinfra.dns.importing import readable_text
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


def is_declared(project: Path) -> bool:
    """Whether the project has all declarations already, finished or not."""
    return _has_network(project / NETWORK_FILE) and (project / DELEGATIONS).is_file()


def write(project: Path, found: Found, told: Told, *, overwrite: bool) -> Written:
    """Write what is missing, or all of it.

    Raises:
        OperationalError: a zone would not read back as it was found.
        InvalidInputError: the stack's file is no YAML.
    """
    files: list[str] = []
    remarks: list[str] = []
    stack_file = project / NETWORK_FILE
    if overwrite or not _has_network(stack_file):
        before = stack_file.read_text("utf-8") if stack_file.is_file() else ""
        text = with_network(_BLOCK.sub("", before), found.living, found.layout, told)
        files.append(_written(project, NETWORK_FILE, text))
    if overwrite or not (project / DELEGATIONS).is_file():
        files.append(_written(project, DELEGATIONS, delegations_text(found)))
    for zone in found.layout.zones:
        name = f"dns/zones/{zone.origin.removesuffix('.')}.zone"
        content = zone_of(zone)
        if content is not None and (overwrite or not (project / name).exists()):
            files.append(_written(project, name, readable_text(content.zone, _REMARK)))
            remarks += [f"{name}: {remark}" for remark in content.remarks]
    return Written(tuple(files), tuple(remarks))


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
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return name
