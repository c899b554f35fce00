"""One rollout on the machine: compare, judge, replace, act on units; put everything back if that fails.

Units that changed files ask for are noted on disk before the first file is replaced. A rollout that was cut
off in between finds the note and acts on them, although the files no longer differ.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ffinfra.hosts.configuration import HostFile
from ffinfra.machine import files, units
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import Rollout, changed_files, judged_files, redacted
from ffinfra.provider.validation import validate

NOTE: Final = Path("/var/lib/ffinfra/unfinished-units")
"""Names of units that still have to be acted on, one a line."""

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
    asked = frozenset(name for file in changed for name in file.units) | _noted()
    kept = files.keep(paths)
    _note(asked)
    try:
        for file in changed:
            files.write(file)
        files.remove(gone)
        units.reread_units(paths)
        actions = units.act(wanted.units, asked)
    except (OperationalError, OSError) as error:
        _back(rollout, kept, changed, asked)
        raise _explained(error, wanted.host, wanted.files, asked, changed) from error
    actions += units.stop(rollout.stopped)
    _note(frozenset())
    return Done(changed=paths, actions=actions)


def _back(
    rollout: Rollout, kept: dict[str, files.Kept], changed: tuple[HostFile, ...], asked: frozenset[str]
) -> None:
    """The old files, and the daemons on them again; what had no file before is stopped."""
    paths = [file.path for file in changed]
    files.put_back(kept, paths)
    units.reread_units(paths)
    with contextlib.suppress(OperationalError):
        units.act(rollout.wanted.units, asked)
    _note(frozenset())


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


def _noted() -> frozenset[str]:
    try:
        return frozenset(NOTE.read_text("utf-8").split())
    except FileNotFoundError:
        return frozenset()


def _note(names: frozenset[str]) -> None:
    if not names:
        NOTE.unlink(missing_ok=True)
        return
    NOTE.parent.mkdir(parents=True, exist_ok=True)
    NOTE.write_text("".join(f"{name}\n" for name in sorted(names)), "utf-8")
