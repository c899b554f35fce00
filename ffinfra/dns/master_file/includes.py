"""$INCLUDE: which file is meant, that it lies inside the permitted folder, and that there is no loop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAXIMUM_DEPTH: Final = 16
"""How deep files may include each other."""

MAXIMUM_OCTETS: Final = 64 * 1024 * 1024
"""How large one file may be."""


class FileMistakeError(Exception):
    """A file that cannot be used: why, and the way out; line and column where its text is at fault."""

    def __init__(self, what: str, way_out: str, line: int | None = None, column: int | None = None) -> None:
        self.what = what
        self.way_out = way_out
        self.line = line
        self.column = column
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file being read and those that led to it.

    Attributes:
        shown: the path as messages give it.
        path: the real path, with symbolic links resolved.
        included_by: the file with the $INCLUDE; None for the first one.
    """

    shown: str
    path: Path
    included_by: OpenFile | None = None

    @property
    def chain(self) -> tuple[OpenFile, ...]:
        """This file and those that led to it, the first one first."""
        return (*self.included_by.chain, self) if self.included_by is not None else (self,)


def open_first(path: Path) -> OpenFile:
    """The file that a caller named."""
    return OpenFile(str(path), path.resolve())


def open_included(written: str, by: OpenFile, root: Path) -> OpenFile:
    """The file that an $INCLUDE names, relative to the folder of the file it stands in.

    Raises:
        FileMistakeError: it lies outside the root (symbolic links followed), or it is included by itself.
    """
    try:
        path = (by.path.parent / written).resolve()
    except (OSError, RuntimeError):
        what = f"{written} is no usable path (a loop of links, or a name that is too long)"
        raise FileMistakeError(what, "Name a file.") from None
    if not path.is_relative_to(root.resolve()):
        raise FileMistakeError(f"{written} lies outside {root}", f"Included files must lie inside {root}.")
    chain = by.chain
    if any(known.path == path for known in chain):
        way = " -> ".join(Path(known.shown).name for known in chain)
        raise FileMistakeError(f"{written} is included by itself ({way})", "Break the loop.")
    if len(chain) > MAXIMUM_DEPTH:
        raise FileMistakeError(
            f"files are included more than {MAXIMUM_DEPTH} deep", "Include fewer in a row."
        )
    return OpenFile(str(Path(by.shown).parent / written), path, by)


def load_text(path: Path) -> str:
    """The text of a file.

    Raises:
        FileMistakeError: it is missing, unreadable, too large or not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileMistakeError("this is not a regular file", "Name a file.")
        data = path.read_bytes() if path.stat().st_size <= MAXIMUM_OCTETS else None
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise FileMistakeError(
            f"the file cannot be read: {reason}", "Check its name and permissions."
        ) from None
    if data is None:
        raise FileMistakeError(f"the file is larger than {MAXIMUM_OCTETS} octets", "Split it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        what = f"the octet 0x{data[error.start]:02x} is not UTF-8"
        raise FileMistakeError(what, "Save the file as UTF-8, or escape the octet.", line, column) from None
