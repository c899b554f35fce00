"""One rollout on the machine: compare, judge, replace, act on units; put everything back if that fails.

Units that changed files ask for, and interfaces that are to be made anew, are noted on disk before the first
file is replaced. A rollout that was cut off in between finds the note and acts on them, although the files no
longer differ.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ffinfra.hosts.configuration import HostConfiguration, HostFile
from ffinfra.machine import files, links, units
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import Rollout, changed_files, judged_files, redacted
from ffinfra.provider.validation import validate

NOTE: Final = Path("/var/lib/ffinfra/unfinished-units")
"""Names of units that still have to be acted on, one a line."""

LINKS_NOTE: Final = Path("/var/lib/ffinfra/unfinished-links")
"""Names of interfaces that still have to be made anew, one a line."""

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
            place again.
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
        asked=frozenset(name for file in changed for name in file.units) | set(rollout.reread) | _names(NOTE),
        outdated=_outdated(wanted, kept),
    )
    _note(step.asked, step.outdated)
    try:
        actions = step.forward()
    except (OperationalError, OSError) as error:
        step.back(error)
        raise _explained(error, wanted.host, wanted.files, step.asked, changed) from error
    _forget()
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
        """Write, act, stop; a unit's file stays until it has stopped, for it says what follows a stop."""
        for file in self.changed:
            files.write(file)
        files.remove(path for path in self.gone if not units.is_unit_file(path))
        units.reread_units(file.path for file in self.changed)
        actions = links.delete(self.outdated)
        actions += units.act(self.rollout.wanted.units, self.asked)
        links.rejoin(self.outdated)
        actions += units.stop(self.rollout.stopped)
        files.remove(self.gone)
        units.reread_units(self.gone)
        return actions

    def back(self, error: Exception) -> None:
        """The old files, and the daemons on them again; what had no file before is stopped.

        A unit that is still at work is left alone: it may be the package manager.
        """
        paths = [file.path for file in self.changed]
        files.put_back(self.kept, paths)
        busy = {error.unit} if isinstance(error, units.UnitSlowError) else set()
        with contextlib.suppress(OperationalError, OSError):
            units.reread_units((*paths, *self.gone))
            links.delete(self.outdated)
            units.act(self.rollout.wanted.units, self.asked - busy)
            links.rejoin([replace(link, again=True) for link in self.outdated])
            units.resume(name for name in self.rollout.stopped if name not in busy)
        _forget()


def _outdated(wanted: HostConfiguration, kept: Mapping[str, files.Kept]) -> tuple[links.Outdated, ...]:
    """The interfaces that are not as wanted, those of a rollout that was cut off included."""
    before = {path: file.content.decode("utf-8", errors="replace") for path, file in kept.items()}
    after = {file.path: file.content for file in wanted.files}
    return links.outdated(before, after, _names(LINKS_NOTE))


def _explained(
    error: OperationalError | OSError,
    host: str,
    wanted: tuple[HostFile, ...],
    asked: frozenset[str],
    changed: tuple[HostFile, ...],
) -> OperationalError:
    """The error with host, the files that brought it about, and no secret."""
    if not isinstance(error, OperationalError):
        return OperationalError(f"{host}: {error}", "The old files are in place again")
    what = redacted(error.what, wanted)
    named = [
        file.path for file in changed if any(what.find(unit) >= 0 for unit in file.units if unit in asked)
    ]
    cause = f"after a change of {', '.join(named)}: " if named else ""
    return OperationalError(f"{host}: {cause}{what}", error.way_out)


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


def _names(note: Path) -> frozenset[str]:
    try:
        return frozenset(note.read_text("utf-8").split())
    except FileNotFoundError:
        return frozenset()


def _note(names: Iterable[str], outdated: Iterable[links.Outdated]) -> None:
    NOTE.parent.mkdir(parents=True, exist_ok=True)
    for note, noted in ((NOTE, names), (LINKS_NOTE, (link.name for link in outdated))):
        text = "".join(f"{name}\n" for name in sorted(noted))
        if text:
            note.write_text(text, "utf-8")


def _forget() -> None:
    NOTE.unlink(missing_ok=True)
    LINKS_NOTE.unlink(missing_ok=True)
