"""``ffinfra dns export``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.names import canonical_name
from ffinfra.dns.octodns.writing import octodns_text
from ffinfra.dns.records import Zone
from ffinfra.dns.zone_writing import master_file
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack import read_declarations


class Format(StrEnum):
    """How a zone is written."""

    BIND = "bind"
    OCTODNS = "octodns"


def export_command(
    zone: Annotated[str, typer.Argument(help="A zone of the project.")],
    form: Annotated[Format, typer.Option("--format", help="A master file, or octoDNS's YAML.")] = Format.BIND,
    project: ProjectOption = None,
) -> None:
    """Print a zone as it is to be served, with the records that follow from the model."""
    sys.stdout.write(_text(_declared(zone, project), form))


def _declared(name: str, project: ProjectOption) -> Zone:
    origin = canonical_name(name.rstrip(".") + ".")
    zones = {zone.zone.origin: zone.zone for zone in read_declarations(the_project(project)).zones}
    if origin not in zones:
        problem = Problem(
            place=Place("dns/delegations.yaml"),
            what=f"there is no zone {origin}",
            way_out=f"Known are: {', '.join(zones)}",
        )
        raise InvalidInputError([problem])
    return zones[origin]


def _text(zone: Zone, form: Format) -> str:
    match form:
        case Format.BIND:
            return master_file(zone, "Exported by ffinfra dns export; the source is dns/zones and the model.")
        case Format.OCTODNS:
            return octodns_text(zone)
    assert_never(form)
