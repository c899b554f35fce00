"""Where live commands ask: root servers, versions of IP, the port of all servers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.dns.check.hints import iana_hints, parse_hints
from ffinfra.dns.check.naming import Family, Nameserver, absolute
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.project import find_project
from ffinfra.stack import read_declarations

NeedAccountOption = Annotated[
    bool,
    typer.Option(
        "--need-account",
        help="Not ready where a provider's API is not asked for want of a token, or lists not all in time.",
    ),
]
ZonesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ZONE...", help="Zones; without any, all of the project.")
]
HintsOption = Annotated[
    Path | None,
    typer.Option("--hints", envvar="FFINFRA_ROOT_HINTS", help="Root hints, as named.root; else IANA's."),
]
PortOption = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="The port of every nameserver; for labs and tests.")
]
Ipv4Option = Annotated[bool, typer.Option("--ipv4/--no-ipv4", help="Ask addresses of version 4.")]
Ipv6Option = Annotated[bool, typer.Option("--ipv6/--no-ipv6", help="Ask addresses of version 6.")]


@dataclass(frozen=True, slots=True)
class Where:
    """Where nameservers are asked.

    Attributes:
        hints: the root servers.
        port: of every nameserver.
        families: the versions of IP in use.
    """

    hints: tuple[Nameserver, ...]
    port: int
    families: frozenset[Family]


def where_to_ask(hints: Path | None, port: int, *, ipv4: bool, ipv6: bool) -> Where:
    """From the options of a command.

    Raises:
        InvalidInputError: the file with the hints cannot be used.
    """
    families = frozenset(family for family, used in ((Family.IPV4, ipv4), (Family.IPV6, ipv6)) if used)
    return Where(root_hints(hints), port, families)


def root_hints(file: Path | None) -> tuple[Nameserver, ...]:
    """The root servers to start from.

    Raises:
        InvalidInputError: the file cannot be used.
    """
    return iana_hints() if file is None else parse_hints(text_of(file), str(file))


def text_of(file: Path) -> str:
    """The text of a file that a person named.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            place=Place(str(file)), what=f"cannot be read ({error})", way_out="Name a text file"
        )
        raise InvalidInputError([problem]) from error


def zone_names(zones: list[str] | None, project: Path | None) -> tuple[str, ...]:
    """The zones that a person named, else all of the project.

    Raises:
        InvalidInputError: a name is none, or the declarations have mistakes.
        OperationalError: nothing is named and there is no project here.
    """
    if zones:
        return tuple(dict.fromkeys(absolute(zone).to_text() for zone in zones))
    declarations = read_declarations(find_project((project or Path.cwd()).resolve()))
    return tuple(zone.zone.origin for zone in declarations.zones)
