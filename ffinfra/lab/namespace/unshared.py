"""Starting a process as the first of new namespaces, and running further ones in them.

User, network, mount and process namespaces of one's own need no root (user_namespaces(7)); machines of grade nspawn
do, and get no user namespace. All processes in the process namespace end when its first one does, and that one ends
with the process that made it, so nothing is left whatever kills it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ffinfra.problems import OperationalError

_PR_SET_PDEATHSIG = 1
"""prctl(2)."""

_FIRST_PROCESS = '"$@" & trap "kill -TERM $!" TERM INT; wait $!; wait $!'
"""A shell as process 1: it reaps what is orphaned and passes the end on."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """Living namespaces.

    Attributes:
        holder: the process, as seen from outside, whose namespaces they are.
    """

    holder: int

    @property
    def alive(self) -> bool:
        """Whether they still exist."""
        return Path(f"/proc/{self.holder}/ns/net").exists()

    def command(self, arguments: Sequence[str], folder: Path) -> list[str]:
        """The command line that runs another one inside."""
        user = [] if self._users_are_ours else ["--user", "--preserve-credentials"]
        return [
            "nsenter", "--target", str(self.holder), *user, "--net", "--mount", "--pid",
            f"--wdns={folder}", "--", *arguments,
        ]  # fmt: skip

    @property
    def _users_are_ours(self) -> bool:
        """Whether its user namespace is ours, which setns(2) refuses to enter again."""
        place = Path(f"/proc/{self.holder}/ns/user")
        return place.exists() and place.samefile("/proc/self/ns/user")


def start_unshared(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    tied: bool,
    keep_open: Sequence[int],
    log: Path,
    own_users: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a command as the first of new namespaces; its stdout is a pipe.

    Args:
        command: program and arguments.
        environment: of the process.
        tied: whether it is to end when we do, however we do.
        keep_open: descriptors that it inherits.
        log: where its stderr goes; ours would keep a pipe open behind which somebody waits for our end.
        own_users: whether they have a user namespace too; without one we must be root.

    Raises:
        OperationalError: this machine does not let us make namespaces.
    """
    users = ["--user", "--map-root-user"] if own_users else []
    check_namespaces(users)
    unshare = [
        "unshare", *users, "--net", "--mount", "--propagation", "private",
        "--pid", "--fork", "--kill-child=SIGKILL", *_proc_option(users),
        "sh", "-c", _FIRST_PROCESS, "sh", *command,
    ]  # fmt: skip
    with log.open("ab") as talk:
        return subprocess.Popen(
            unshare,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=talk,
            start_new_session=True,
            pass_fds=tuple(keep_open),
            preexec_fn=_die_with_parent if tied else None,  # noqa: PLW1509 - one prctl, no threads yet
        )


def check_namespaces(users: Sequence[str]) -> None:
    """See whether namespaces can be made.

    Args:
        users: unshare's options for a user namespace, or none.

    Raises:
        OperationalError: they cannot, and why that may be.
    """
    try:
        probe = subprocess.run(
            ["unshare", *users, "--net", "true"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise OperationalError("unshare is missing", "Install util-linux; the lab needs Linux") from error
    if probe.returncode:
        raise OperationalError(
            f"this machine refuses namespaces ({probe.stderr.strip()})",
            "Allow them: sysctl kernel.unprivileged_userns_clone=1, or on Ubuntu"
            " kernel.apparmor_restrict_unprivileged_userns=0; or run the lab as root, or in a VM",
        )


def _proc_option(users: Sequence[str]) -> list[str]:
    """A /proc of the new process namespace, where the machine lets us mount one (some containers do not)."""
    probe = subprocess.run(
        ["unshare", *users, "--pid", "--fork", "--mount-proc", "true"], capture_output=True, check=False
    )
    return [] if probe.returncode else ["--mount-proc"]


def holder_of(process: subprocess.Popen[bytes]) -> Namespace:
    """The namespaces that ``start_unshared`` made: those of unshare's only child.

    Raises:
        OperationalError: it has ended already.
    """
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    if not children:
        raise OperationalError("the lab ended before it began", "See .lab/run/supervisor.log")
    return Namespace(int(children[0]))


def _die_with_parent() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        os.write(sys.stderr.fileno(), b"cannot tie the lab to its starter\n")
