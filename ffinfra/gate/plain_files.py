"""Reading and writing files of the checkout without following anybody's link.

Who can place a link where a file is expected would choose what is read, or what is overwritten.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ffinfra.problems import OperationalError

MAXIMUM_OCTETS = 16 * 1024 * 1024
"""No file that is read here is larger; a record of ten thousand steps has about three million octets."""


def read_once(file: Path) -> str:
    """A file's text, read through one descriptor.

    Raises:
        OperationalError: it is a link, no plain file, too large or no UTF-8.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            content = stream.read(MAXIMUM_OCTETS + 1)
        if len(content) > MAXIMUM_OCTETS:
            raise OSError("it is larger than any approval")
        return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise OperationalError(f"{file} cannot be read ({error})", "Restore it from git") from error


def write_new(file: Path, text: str) -> None:
    """Write a file that must not exist.

    Raises:
        OperationalError: something of that name is there, be it a link to nowhere.
    """
    try:
        descriptor = _made(file, 0o644)
    except FileExistsError as error:
        raise OperationalError(f"{file} is there already", "See what it is, and remove it") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)


def replace_file(file: Path, content: bytes) -> None:
    """Write a file as a whole, so that a kill leaves the old one or the new one; its mode stays as it was.

    The new content is first written under a name that nobody can know beforehand. A link in the file's own place
    is replaced and not followed.
    """
    plain = os.path.lexists(file) and not file.is_symlink()
    mode = file.stat().st_mode & 0o777 if plain else 0o644
    beside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(_made(beside, mode), "wb") as stream:
            stream.write(content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def refuse_links(folder: Path, root: Path) -> None:
    """See that no part of a path below ``root`` is a link.

    Raises:
        OperationalError: one is.
    """
    for part in (folder, *folder.parents):
        if part == root:
            return
        if part.is_symlink():
            raise OperationalError(
                f"{part} is a link", "Make it a folder again; git log shows who changed it"
            )


def _made(file: Path, mode: int) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
