"""Short scripts on machines, by the user's own ssh."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from ffinfra.problems import OperationalError

_OPTIONS: Final = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "StrictHostKeyChecking=accept-new")


class Shell(Protocol):
    """A way to run a script on a machine."""

    def run(self, address: str, script: str, seconds: float = 60) -> str:
        """What the script says on stdout.

        Raises:
            OperationalError: the machine does not answer, or the script fails.
        """


def ssh_command() -> tuple[str, ...]:
    """``FFINFRA_SSH`` as a command line, such as ``ssh -F file``; without it plain ssh."""
    return tuple(shlex.split(os.environ.get("FFINFRA_SSH", "ssh")))


@dataclass(frozen=True, slots=True)
class Ssh:
    """OpenSSH's client; it asks no questions.

    Attributes:
        user: the account.
        port: the port.
        logins: address -> account and port, where they are others.
        command: the program and its first arguments.
    """

    user: str = "root"
    port: int = 22
    logins: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    command: Sequence[str] = field(default_factory=ssh_command)

    def run(self, address: str, script: str, seconds: float = 60) -> str:
        """See ``Shell``."""
        user, port = self.logins.get(address, (self.user, self.port))
        arguments = [*self.command, *_OPTIONS, "-p", str(port), "-l", user, address, script]
        try:
            done = subprocess.run(
                arguments,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OperationalError(f"{address} does not answer: {error}", "See whether it runs") from error
        if done.returncode:
            words = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
            raise OperationalError(f"{address}: {words}", "See whether it runs, and ssh to it by hand")
        return done.stdout
