"""A machine that is a directory: the lab's cheapest grade, in which real daemons may serve the files.

``<root>/<host>/etc/knot/knot.conf`` is the host's ``/etc/knot/knot.conf``. Owners are not set (one account
owns everything there), packages are not installed. Where ``<root>/activate.sock`` exists, whoever listens
there (re)starts the daemons and says whether that went well.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ffinfra.hosts.configuration import HostFile
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import (
    FoundFile,
    HostTransport,
    Rollout,
    changed_files,
    judged_files,
    redacted,
    units_to_act_on,
)
from ffinfra.provider.validation import validate

ACTIVATION_SECONDS: Final = 60
"""How long the daemons of one host may take to come back."""

_LONGEST_ANSWER: Final = 1_000_000


class DirectoryTransport(HostTransport):
    """Machines as directories below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, host: str, paths: Sequence[str]) -> Mapping[str, FoundFile]:
        """The files as they are."""
        found = {}
        for path in paths:
            place = self._place(host, path)
            with contextlib.suppress(FileNotFoundError):
                content = place.read_text("utf-8", errors="replace")
                found[path] = FoundFile(content, place.stat().st_mode & 0o7777)
        return found

    def apply(self, rollout: Rollout) -> None:
        """Validate, write, activate; put everything back if the daemons do not come up."""
        wanted = rollout.wanted
        before = self.read(wanted.host, (*(file.path for file in wanted.files), *rollout.gone))
        changed = changed_files(wanted, before)
        gone = tuple(path for path in rollout.gone if path in before)
        validate(wanted.host, wanted.files, judged_files(wanted, changed))
        for file in changed:
            self._write(wanted.host, file.path, file.content, file.mode)
        self._remove(wanted.host, gone)
        request = {
            "host": wanted.host,
            "units": units_to_act_on(rollout, changed),
            "changed": [*(file.path for file in changed), *gone],
        }
        if request["changed"] or rollout.stopped:
            self._activate_or_restore(request, before, changed, wanted.files)

    def forget(self, host: str, paths: Sequence[str]) -> None:
        """Remove the files; what daemons made beside them stays."""
        self._remove(host, paths)

    def _activate_or_restore(
        self,
        request: Mapping[str, Any],
        before: Mapping[str, FoundFile],
        changed: Sequence[HostFile],
        files: Sequence[HostFile],
    ) -> None:
        try:
            self._activate(request)
        except OperationalError as error:
            host = str(request["host"])
            self._restore(host, before, [file.path for file in changed])
            with contextlib.suppress(OperationalError):
                self._activate(request)
            raise OperationalError(redacted(error.what, files), error.way_out) from error

    def _activate(self, request: Mapping[str, Any]) -> None:
        """Have the daemons use the new files.

        Raises:
            OperationalError: they do not, or nobody says so in time.
        """
        place = self._root / "activate.sock"
        if not place.exists():
            return
        host = request["host"]
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(ACTIVATION_SECONDS)
                connection.connect(str(place))
                connection.sendall(json.dumps(request).encode() + b"\n")
                with connection.makefile("rb") as answers:
                    answer = json.loads(answers.readline(_LONGEST_ANSWER) or b"{}")
        except (OSError, ValueError) as error:
            raise OperationalError(
                f"{host}: no word about its daemons from {place}: {error}",
                "Its old files are in place again; see whether the lab's supervisor runs",
            ) from error
        if answer.get("ok") is not True:
            raise OperationalError(
                f"{host}: {answer.get('message', 'the daemons did not come up')}",
                "Its old files are in place again",
            )

    def _restore(self, host: str, before: Mapping[str, FoundFile], written: Sequence[str]) -> None:
        for path, file in before.items():
            self._write(host, path, file.content, file.mode)
        self._remove(host, [path for path in written if path not in before])

    def _write(self, host: str, path: str, content: str, mode: int) -> None:
        """Replace a file in one step, and never be more readable than wanted on the way."""
        place = self._place(host, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f".{place.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8"
        ) as sink:
            sink.write(content)
        new.chmod(mode)
        new.replace(place)

    def _remove(self, host: str, paths: Sequence[str]) -> None:
        for path in paths:
            self._place(host, path).unlink(missing_ok=True)

    def _place(self, host: str, path: str) -> Path:
        return self._root / host / path.removeprefix("/")
