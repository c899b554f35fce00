"""Looking at the machine's files, replacing them in one step each, putting them back."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ffinfra.hosts.configuration import HostFile
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import FoundFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was, to be put back.

    Attributes:
        content: its octets.
        mode: permission bits.
        owner: number of its account.
        group: number of its group.
    """

    content: bytes
    mode: int
    owner: int
    group: int


def look(paths: Iterable[str]) -> dict[str, FoundFile]:
    """The files as they are; a missing one is left out."""
    return {
        path: FoundFile(
            content=kept.content.decode("utf-8", errors="replace"),
            mode=kept.mode,
            owner=_account(kept.owner),
            group=_group(kept.group),
        )
        for path, kept in keep(paths).items()
    }


def keep(paths: Iterable[str]) -> dict[str, Kept]:
    """The files as they are, octet by octet; a missing one is left out."""
    kept = {}
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            found = Path(path).stat()
            kept[path] = Kept(Path(path).read_bytes(), found.st_mode & 0o7777, found.st_uid, found.st_gid)
    return kept


def write(file: HostFile) -> None:
    """Replace a file, or make it.

    Raises:
        OperationalError: its owner or group does not exist on this machine.
    """
    try:
        owner, group = pwd.getpwnam(file.owner).pw_uid, grp.getgrnam(file.group).gr_gid
    except KeyError as error:
        raise OperationalError(
            f"{file.path} is to belong to {file.owner}:{file.group}, which this machine does not have ({error})",
            "See whether the package that brings the account is installed",
        ) from error
    replace(Path(file.path), Kept(file.content.encode(), file.mode, owner, group))


def put_back(kept: Mapping[str, Kept], paths: Iterable[str]) -> tuple[str, ...]:
    """Restore the files that were there and remove those that were not; one that is as it was is left alone.

    Returns:
        The paths where that could not be done.
    """
    lost = []
    for path in paths:
        before = kept.get(path)
        try:
            if keep([path]).get(path) == before:
                continue
            if before is None:
                remove([path])
            else:
                replace(Path(path), before)
        except OSError:
            lost.append(path)
    return tuple(lost)


def remove(paths: Iterable[str]) -> None:
    """Remove files; a missing one is fine."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def replace(place: Path, file: Kept) -> None:
    """In one step, and never more readable than wanted on the way; what fails leaves nothing behind."""
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.ffinfra-new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(file.content)
            os.fchown(descriptor, file.owner, file.group)
            os.fchmod(descriptor, file.mode)
            sink.flush()
            os.fsync(descriptor)
        new.replace(place)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
