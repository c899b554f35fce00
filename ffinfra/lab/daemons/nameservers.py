"""Our own nameservers in the lab: real knotd, each with the very files that were rendered for its machine.

A machine is a folder. Its /etc/knot and /var/lib/knot are bound over the real ones in a mount namespace of its
own, so that the rendered knot.conf is served unmodified.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from ffinfra.lab.daemons.answers import speaks
from ffinfra.lab.daemons.daemon import Daemon
from ffinfra.problems import OperationalError

_INSIDE = """
set -eu
mount --bind "$1/etc/knot" /etc/knot
mount --bind "$1/var/lib/knot" /var/lib/knot
mount -t tmpfs -o mode=0755,size=4m tmpfs /run
mkdir -p /run/knot
exec knotd -c /etc/knot/knot.conf
"""


@dataclass(slots=True)
class LabNameserver:
    """One of our nameservers.

    Attributes:
        name: the machine's name.
        address: where it answers.
        folder: the machine's files.
        zones: names to ask it for, to see that it is ready.
        down: whether it was cut off and is to stay so.
    """

    name: str
    address: IPv4Address | IPv6Address
    folder: Path
    zones: Sequence[str]
    down: bool = False
    _daemon: Daemon | None = field(default=None, init=False)

    @property
    def running(self) -> bool:
        """Whether its knotd lives."""
        return self._daemon is not None and self._daemon.running

    def use_new_files(self) -> None:
        """Start knotd, or have it read its new files.

        Raises:
            OperationalError: it does not come up; with its own words.
        """
        if self.down:
            return
        if self.running:
            self._reload()
        else:
            self.start()

    def start(self) -> None:
        """Start knotd.

        Raises:
            OperationalError: it does not come up; with its own words.
        """
        self.down = False
        for part in ("etc/knot", "var/lib/knot"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self._daemon = Daemon(
            name=f"knotd of {self.name}",
            command=[
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                _INSIDE,
                "sh",
                str(self.folder),
            ],
            log=self.folder / "knotd.log",
            ready=partial(speaks, self.address),
        )
        self._daemon.start()

    def cut_off(self) -> None:
        """End knotd as a power cut would, and keep it so."""
        self.down = True
        self.stop(at_once=True)

    def stop(self, *, at_once: bool = False) -> None:
        """End knotd."""
        if self._daemon is not None:
            self._daemon.end(at_once=at_once)
            self._daemon = None

    def _reload(self) -> None:
        assert self._daemon is not None
        assert self._daemon.process is not None
        inside = ["nsenter", "--mount", "--target", str(self._daemon.process.pid)]
        answer = subprocess.run(
            [*inside, "knotc", "-b", "-c", "/etc/knot/knot.conf", "reload"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        if answer.returncode:
            raise OperationalError(
                f"knotd of {self.name} refuses its new files: {(answer.stdout + answer.stderr).strip()}",
                "The old files are put back",
            )
