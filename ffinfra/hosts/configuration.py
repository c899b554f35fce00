"""What a machine is to look like: files, packages and units, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from ffinfra.hosts.validators import Validator

_PATH = re.compile(r"(?:/[A-Za-z0-9@_+.-]+)+")
_OWNER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class UnitAction(StrEnum):
    """What is done to a unit when one of its files has changed."""

    RELOAD = "reload"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A systemd unit of the machine.

    Attributes:
        name: with its suffix, such as ``knot.service``.
        action: what a changed file asks for.
        enabled: whether it is to be enabled and running; False means disabled and stopped.
    """

    name: str
    action: UnitAction
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFile:
    """A file of the machine.

    Attributes:
        path: absolute.
        content: the whole text.
        mode: permission bits.
        owner: account that owns it; it must exist once the packages are installed.
        group: its group.
        secret: whether the content appears in no preview, log or plain state.
        validator: who judges it before it replaces the old one.
        create_only: written where it is missing and left alone afterwards: its content belongs to a daemon.
        units: names of the units to be acted on when it changes, in this order.
    """

    path: str
    content: str
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    secret: bool = False
    validator: Validator | None = None
    create_only: bool = False
    units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if _PATH.fullmatch(self.path) is None or ".." in PurePosixPath(self.path).parts:
            raise ValueError(f"{self.path!r} is no absolute path of plain names")
        if not (_OWNER.fullmatch(self.owner) and _OWNER.fullmatch(self.group)):
            raise ValueError(f"{self.path}: {self.owner!r}:{self.group!r} is no account and group")
        if self.secret and self.mode & 0o077:
            raise ValueError(f"{self.path} holds a secret, its mode {self.mode:o} lets others read it")

    def __repr__(self) -> str:
        shown = "(secret)" if self.secret else f"{len(self.content)} characters"
        return f"HostFile({self.path!r}, {shown}, {self.mode:o} {self.owner}:{self.group})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfiguration:
    """Everything that is ours on a machine.

    Attributes:
        host: the machine's name.
        files: sorted by path, one for each path.
        packages: Debian packages, sorted.
        units: in the order in which they are acted on.
    """

    host: str
    files: tuple[HostFile, ...]
    packages: tuple[str, ...]
    units: tuple[Unit, ...]

    def __post_init__(self) -> None:
        paths = [file.path for file in self.files]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        if twice:
            raise ValueError(f"{self.host}: two files for {', '.join(twice)}")
        known = {unit.name for unit in self.units}
        missing = sorted({name for file in self.files for name in file.units} - known)
        if missing:
            raise ValueError(f"{self.host}: files ask for units that are not listed: {', '.join(missing)}")

    def file(self, path: str) -> HostFile:
        """The file at a path.

        Raises:
            KeyError: there is none.
        """
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The contribution of one topic, such as the firewall, to a machine."""

    files: tuple[HostFile, ...] = ()
    packages: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()


def combined(host: str, topics: Iterable[Topic]) -> HostConfiguration:
    """The topics of one machine together; units keep the order of the topics.

    Raises:
        ValueError: two topics want different things of one path or unit.
    """
    parts = tuple(topics)
    units: dict[str, Unit] = {}
    for unit in (unit for topic in parts for unit in topic.units):
        if units.setdefault(unit.name, unit) != unit:
            raise ValueError(f"{host}: two topics disagree about {unit.name}")
    return HostConfiguration(
        host=host,
        files=tuple(sorted((file for topic in parts for file in topic.files), key=lambda file: file.path)),
        packages=tuple(sorted({name for topic in parts for name in topic.packages})),
        units=tuple(units.values()),
    )
