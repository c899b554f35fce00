"""One rollout on the machine: compare, judge, replace, act on units; put everything back if that fails.

Units that changed files ask for, and interfaces that are to be made anew, are noted on disk before the first
file is replaced. A rollout that was cut off in between finds the note and acts on them, although the files no
longer differ.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ffinfra.hosts.configuration import HostConfiguration, HostFile, Unit
from ffinfra.machine import files, links, notes, units
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import Rollout, changed_files, judged_files, redacted
from ffinfra.provider.validation import validate

LOCK: Final = Path("/run/ffinfra-rollout.lock")


@dataclass(frozen=True, slots=True)
class Done:
    """What a rollout did.

    Attributes:
        changed: paths that were written or removed.
        actions: what was done to units, in order.
    """

    changed: tuple[str, ...]
    actions: tuple[str, ...]


def roll_out(rollout: Rollout) -> Done:
    """Make this machine as wanted.

    Raises:
        OperationalError: names host, file or unit and gives the daemon's own words; the old files are in
            place again, but for those that it names.
        OSError: nothing was replaced.
    """
    with _alone(rollout.wanted.host):
        return _roll_out(rollout)


def _roll_out(rollout: Rollout) -> Done:
    wanted = rollout.wanted
    before = files.look(file.path for file in wanted.files)
    changed = changed_files(wanted, before)
    gone = tuple(path for path in rollout.gone if Path(path).exists())
    paths = (*(file.path for file in changed), *gone)
    validate(wanted.host, wanted.files, judged_files(wanted, changed))
    kept = files.keep(paths)
    step = _Step(
        rollout=rollout,
        changed=changed,
        gone=gone,
        kept=kept,
        asked=frozenset(name for file in changed for name in file.units)
        | set(rollout.reread)
        | notes.unfinished_units(),
        outdated=_outdated(wanted, kept),
    )
    notes.write(step.asked, step.outdated)
    try:
        actions = step.forward()
    except (OperationalError, OSError) as error:
        lost = step.back(error)
        raise _explained(error, wanted.host, wanted.files, step.asked, changed, lost) from error
    try:
        notes.forget()
    except OSError as error:
        raise OperationalError(f"{wanted.host}: all is in place, but: {error}", "Mend that") from error
    return Done(changed=paths, actions=actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What is done to the machine, and undone if it fails.

    Attributes:
        rollout: what is wanted.
        changed: the files to be written.
        gone: the paths to be removed.
        kept: both as they were.
        asked: the units to be acted on.
        outdated: the interfaces to be made anew.
    """

    rollout: Rollout
    changed: tuple[HostFile, ...]
    gone: tuple[str, ...]
    kept: Mapping[str, files.Kept]
    asked: frozenset[str]
    outdated: tuple[links.Outdated, ...]

    def forward(self) -> tuple[str, ...]:
        """Write, act, stop; a unit's file stays until it has stopped, for it says what follows a stop.

        Interfaces are whole again before any other unit is acted on: it may need the network, or take long.
        """
        for file in self.changed:
            files.write(file)
        files.remove(path for path in self.gone if not units.is_unit_file(path))
        units.reread_units(file.path for file in self.changed)
        actions = links.delete(self.outdated)
        actions += units.act(self._remakers(), self.asked | {links.NETWORKD})
        links.rejoin(self.outdated)
        actions += units.act(self._others(), self.asked)
        actions += units.stop(self.rollout.stopped)
        files.remove(self.gone)
        units.reread_units(self.gone)
        return actions

    def back(self, error: Exception) -> tuple[str, ...]:
        """The old files, and the daemons on them again; what had no file before is stopped.

        A unit that is still at work is left alone: it may be the package manager. What fails holds up nothing
        else; the notes stay if a file or an interface is not as it was.

        Returns:
            The paths that are not as they were.
        """
        paths = (*(file.path for file in self.changed), *self.gone)
        lost = files.put_back(self.kept, paths)
        busy = {error.unit} if isinstance(error, units.UnitSlowError) else set()
        with _borne():
            units.reread_units(paths)
        whole = self._links_back(busy)
        for unit in self._others():
            with _borne():
                units.act([unit], self.asked - busy)
        with _borne():
            units.resume(name for name in self.rollout.stopped if name not in busy)
        if whole and not lost:
            with _borne():
                notes.forget()
        return lost

    def _links_back(self, busy: Set[str]) -> bool:
        """The interfaces by the old files, and whether each has its ports; a busy networkd makes none anew.

        One that was to be renamed exists under its new name, which no old file declares.
        """
        new = tuple(
            replace(link, name=link.becomes)
            for link in self.outdated
            if link.becomes not in (None, link.name)
        )
        if links.NETWORKD not in busy:
            with _borne():
                links.delete((*self.outdated, *new))
            with _borne():
                units.act(self._remakers(), self.asked | {links.NETWORKD})
        whole = 0
        for link in self.outdated:
            with _borne():
                links.rejoin([replace(link, becomes=link.name)])
                whole += 1
        return whole == len(self.outdated)

    def _remakers(self) -> tuple[Unit, ...]:
        """Who makes outdated interfaces anew, and is acted on before all others then."""
        return tuple(
            unit for unit in self.rollout.wanted.units if self.outdated and unit.name == links.NETWORKD
        )

    def _others(self) -> tuple[Unit, ...]:
        made = self._remakers()
        return tuple(unit for unit in self.rollout.wanted.units if unit not in made)


def _borne() -> contextlib.suppress:
    """What goes wrong on the way back is borne: the first error is the one to be told."""
    return contextlib.suppress(OperationalError, OSError)


def _outdated(wanted: HostConfiguration, kept: Mapping[str, files.Kept]) -> tuple[links.Outdated, ...]:
    """The interfaces that are not as wanted, those of a rollout that was cut off included."""
    before = {path: file.content.decode("utf-8", errors="replace") for path, file in kept.items()}
    after = {file.path: file.content for file in wanted.files}
    return links.outdated(before, after, notes.unfinished_links())


def _explained(
    error: OperationalError | OSError,
    host: str,
    wanted: tuple[HostFile, ...],
    asked: frozenset[str],
    changed: tuple[HostFile, ...],
    lost: tuple[str, ...],
) -> OperationalError:
    """The error with host, the files that brought it about and those not put back, and no secret."""
    if not isinstance(error, OperationalError):
        error = OperationalError(str(error), "The old files are in place again")
    what = redacted(error.what, wanted)
    named = [
        file.path for file in changed if any(what.find(unit) >= 0 for unit in file.units if unit in asked)
    ]
    cause = f"after a change of {', '.join(named)}: " if named else ""
    if lost:
        what += f"\nNot put back: {', '.join(lost)}"
    way_out = "See why (df, findmnt, dmesg), mend that and roll out again" if lost else error.way_out
    return OperationalError(f"{host}: {cause}{what}", way_out)


@contextlib.contextmanager
def _alone(host: str) -> Iterator[None]:
    """No second rollout at the same time."""
    descriptor = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OperationalError(f"{host}: another rollout is under way", "Wait for it to end") from error
    finally:
        os.close(descriptor)
