"""Where the lab keeps what: everything lies under ``.lab`` of the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ffinfra.problems import OperationalError

LONGEST_SOCKET_PATH = 107
"""Octets of a Unix socket's path (unix(7): sun_path has 108 with the final NUL)."""


CHECKOUT_FILES = (
    "Pulumi.yaml",
    "Pulumi.prod.yaml",
    "Pulumi.failover.yaml",
    "__main__.py",
    "requirements.lock",
)
"""The files that a lab is made from, beside folders."""


@dataclass(frozen=True, slots=True)
class LabPlaces:
    """The lab's folders and files.

    Attributes:
        checkout: the project that is rehearsed.
        elsewhere: the folder for everything of the lab; None is ``.lab`` of the checkout.
    """

    checkout: Path
    elsewhere: Path | None = None

    @property
    def root(self) -> Path:
        """Everything of the lab."""
        return self.elsewhere or self.checkout / ".lab"

    @property
    def lock(self) -> Path:
        """Held while a lab stands."""
        return self.root / "lock"

    @property
    def run(self) -> Path:
        """What belongs to one life of the lab: sockets, settings, logs."""
        return self.root / "run"

    @property
    def control(self) -> Path:
        """The supervisor's socket."""
        return self.run / "control.sock"

    @property
    def work(self) -> Path:
        """The copy of the project in which the engine works."""
        return self.root / "work"

    @property
    def hosts(self) -> Path:
        """A folder for each machine; the socket ``activate.sock`` in it leads to the supervisor."""
        return self.root / "hosts"

    @property
    def activation(self) -> Path:
        """The socket by which HostConfig has a machine's daemons use new files."""
        return self.hosts / "activate.sock"

    @property
    def state(self) -> Path:
        """The engine's state backend."""
        return self.root / "state"

    @property
    def pulumi_home(self) -> Path:
        """The engine's home with the stand-in plugins; it outlives a run, as a cache."""
        return self.root / "pulumi"

    @property
    def private(self) -> Path:
        """Keys, passphrase and the pinned signers of this lab; for the owner's eyes only."""
        return self.root / "private"

    @property
    def environment(self) -> Path:
        """The environment of everything that runs in the lab, as JSON."""
        return self.private / "environment.json"

    @property
    def report(self) -> Path:
        """The report for people."""
        return self.root / "report.html"

    @property
    def result(self) -> Path:
        """The result for other tools."""
        return self.root / "run.json"

    def forget_result(self) -> None:
        """Remove what an earlier rehearsal left to read; what lies there afterwards is of this one."""
        self.report.unlink(missing_ok=True)
        self.result.unlink(missing_ok=True)

    def check(self) -> None:
        """Refuse a checkout whose path is too long for sockets.

        Raises:
            OperationalError: it is.
        """
        longest = max(len(str(path).encode()) for path in (self.control, self.activation))
        if longest > LONGEST_SOCKET_PATH:
            raise OperationalError(
                f"this checkout's path is {longest - LONGEST_SOCKET_PATH} octets too long for Unix sockets",
                "Clone it to a shorter path",
            )


def is_checkout(path: Path) -> bool:
    """Whether a folder holds all that a lab is made from."""
    return all((path / name).is_file() for name in CHECKOUT_FILES)
