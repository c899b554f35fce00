"""How a configuration reaches a machine, whatever the way."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ffinfra.hosts.configuration import HostConfiguration, HostFile

_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{16,}")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it stands on the machine.

    Attributes:
        content: its text.
        mode: its permission bits.
        owner: its account; None where owners are not kept.
        group: its group, likewise.
    """

    content: str
    mode: int
    owner: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What is to become of a machine.

    Attributes:
        wanted: the whole configuration.
        gone: paths that were ours and are no longer wanted.
        stopped: units that were ours and are no longer wanted.
        reread: wanted units that have read a path that is gone.
        first: whether the machine may still be at its first boot, and is waited for.
    """

    wanted: HostConfiguration
    gone: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()
    first: bool = False


class HostTransport(ABC):
    """One way to a machine."""

    @abstractmethod
    def read(self, host: str, paths: Sequence[str]) -> Mapping[str, FoundFile]:
        """The files of a machine as they are now; a missing one is left out.

        Raises:
            OperationalError: the machine cannot be looked at.
        """

    @abstractmethod
    def apply(self, rollout: Rollout) -> None:
        """Make the machine as wanted: validate, write, act on units; all of it or nothing.

        Raises:
            OperationalError: names host, file or unit and gives the daemon's own words; the old files are
                in place again.
        """

    @abstractmethod
    def forget(self, host: str, paths: Sequence[str]) -> None:
        """The configuration is no longer ours."""


def changed_files(wanted: HostConfiguration, found: Mapping[str, FoundFile]) -> tuple[HostFile, ...]:
    """What has to be written: missing files, and others that differ unless they are only to be created."""
    return tuple(file for file in wanted.files if _differs(file, found.get(file.path)))


def judged_files(wanted: HostConfiguration, changed: Sequence[HostFile]) -> tuple[HostFile, ...]:
    """What has to be validated: changed files, and those that a unit reads together with a changed one."""
    paths = {file.path for file in changed}
    units = {name for file in changed for name in file.units}
    return tuple(
        file
        for file in wanted.files
        if file.validator is not None and (file.path in paths or units & set(file.units))
    )


def units_to_act_on(rollout: Rollout, changed: Sequence[HostFile]) -> list[dict[str, str]]:
    """The units that changed files ask for, in the configuration's order, then those to be stopped."""
    asked = {name for file in changed for name in file.units} | set(rollout.reread)
    acted = [
        {"name": unit.name, "action": unit.action.value}
        for unit in rollout.wanted.units
        if unit.name in asked
    ]
    return acted + [{"name": name, "action": "stop"} for name in rollout.stopped]


def redacted(words: str, files: Iterable[HostFile]) -> str:
    """A daemon's words without anything that stands in a secret file."""
    for secret in _secret_words(files):
        words = words.replace(secret, "(secret)")
    return words


def _secret_words(files: Iterable[HostFile]) -> Iterator[str]:
    for file in files:
        if file.secret:
            yield from sorted(set(_LONG_WORD.findall(file.content)), key=len, reverse=True)


def _differs(file: HostFile, found: FoundFile | None) -> bool:
    if found is None:
        return True
    if file.create_only:
        return False
    owned = found.owner in (None, file.owner) and found.group in (None, file.group)
    return not owned or found.content != file.content or found.mode != file.mode
