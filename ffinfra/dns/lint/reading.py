"""The zones to look at: files that a person names, or everything that the project declares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.delegation.sides import limits_at
from ffinfra.dns.lint.context import LintedZone
from ffinfra.dns.master_file import ZoneFile, read_zone
from ffinfra.problems import InvalidInputError, Place, Problem

if TYPE_CHECKING:
    from ffinfra.stack import Declarations

_ENDINGS: Final = (".zone", ".db", ".hosts", ".txt")


def read_for_lint(
    files: Sequence[Path], *, origin: str | None = None, backends: Sequence[Backend] = ()
) -> tuple[LintedZone, ...]:
    """Read master files; an inclusion must lie in the folder ``dns`` above its file, else beside the file.

    Args:
        files: the files.
        origin: the zone of the file, where it is one.
        backends: where the zones are to be served.

    Raises:
        InvalidInputError: with every mistake of all files, or two of them hold the same zone.
    """
    problems: list[Problem] = []
    if origin is not None and len(files) > 1:
        way_out = "Name one file, or let each file name its zone with $ORIGIN"
        problems.append(Problem(place=Place("--origin"), what="is given for several files", way_out=way_out))
    zones: dict[str, LintedZone] = {}
    for path in files:
        try:
            file = _read(path, origin)
        except InvalidInputError as error:
            problems += error.problems
            continue
        known = zones.setdefault(file.zone.origin, LintedZone(file.zone, file, tuple(backends)))
        if known.file is not file and known.file is not None:
            what = f"holds {file.zone.origin}, as {known.file.files[0]} does"
            problems.append(Problem(place=Place(str(path)), what=what, way_out="Name one of the two files"))
    if problems:
        raise InvalidInputError(problems)
    return tuple(zones.values())


def declared(declarations: Declarations) -> tuple[LintedZone, ...]:
    """The project's zones, with the records of the model, for those who hold them at rest and as fallback."""
    delegations = declarations.delegations
    return tuple(
        LintedZone(
            one.zone,
            one.file,
            (limits_at(one.declaration.primary), limits_at(delegations.fallback_of(one.declaration))),
        )
        for one in declarations.zones
    )


def _read(path: Path, origin: str | None) -> ZoneFile:
    """A file; one that does not say its origin itself is read as the zone that its name says."""
    root = _include_root(path)
    try:
        return read_zone(path, origin, include_root=root)
    except InvalidInputError as first:
        named = _origin_of_name(path.name)
        if origin is not None or named is None:
            raise
        try:
            return read_zone(path, named, include_root=root)
        except InvalidInputError as second:
            raise min(first, second, key=lambda error: len(error.problems)) from None


def _include_root(path: Path) -> Path:
    folders = path.resolve().parents
    return next((folder for folder in folders if folder.name == "dns"), folders[0])


def _origin_of_name(name: str) -> str | None:
    stem = name.removeprefix("db.")
    ending = next((ending for ending in _ENDINGS if stem.endswith(ending)), "")
    stem = stem.removesuffix(ending)
    return stem if "." in stem else None
