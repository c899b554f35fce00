"""What a rollout has yet to do, on disk: one that was cut off is finished by the next, although no file differs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ffinfra.machine.files import Kept, replace
from ffinfra.machine.links import Outdated
from ffinfra.problems import OperationalError

UNITS: Final = Path("/var/lib/ffinfra/unfinished-units")
"""Names of units that still have to be acted on, one a line."""

LINKS: Final = Path("/var/lib/ffinfra/unfinished-links")
"""Interfaces that still have to be made anew, one a line: name, what it becomes, its ports."""

_NOTHING: Final = "-"
"""What an interface becomes that is not to come back; no name of an interface that we declare."""


def unfinished_units() -> frozenset[str]:
    """The units that a rollout which was cut off had to act on."""
    return frozenset(_lines(UNITS))


def unfinished_links() -> tuple[Outdated, ...]:
    """The interfaces that such a rollout had to make anew.

    Raises:
        OperationalError: the note is of no known form.
    """
    return tuple(_link(line) for line in _lines(LINKS))


def write(units: Iterable[str], links: Iterable[Outdated]) -> None:
    """Note what is about to be done; nothing to do leaves no note, and no older one is taken away."""
    _replace(UNITS, sorted(units))
    _replace(LINKS, sorted(" ".join((link.name, link.becomes or _NOTHING, *link.ports)) for link in links))


def forget() -> None:
    """All is done."""
    UNITS.unlink(missing_ok=True)
    LINKS.unlink(missing_ok=True)


def _link(line: str) -> Outdated:
    """The kernel permits any character in a name but blanks of ASCII, so other blanks end none."""
    name, *rest = line.split(" ")
    if not name or not rest or not all(rest):
        raise _unreadable(LINKS, f"the line {line!r} is of no known form")
    becomes, *ports = rest
    return Outdated(name, None if becomes == _NOTHING else becomes, tuple(ports))


def _lines(note: Path) -> tuple[str, ...]:
    try:
        return tuple(line for line in note.read_text("utf-8").split("\n") if line)
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise _unreadable(note, str(error)) from error


def _unreadable(note: Path, why: str) -> OperationalError:
    return OperationalError(
        f"what a rollout that was cut off had yet to do cannot be read from {note}: {why}",
        "See that bridges have their ports (ip link show) and daemons run, then remove it",
    )


def _replace(note: Path, lines: list[str]) -> None:
    """In one step and on the disk before it counts: half a note would lose a unit or a port."""
    if not lines:
        return
    text = "".join(f"{line}\n" for line in lines)
    replace(note, Kept(text.encode(), 0o644, os.geteuid(), os.getegid()))
