"""Debian packages with the daemons that the lab and the tests run for real."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.setup.command import run
from tools.setup.step import SetupError, Step, digest_of, in_ci, say

LIST = Path(__file__).with_name("debian_packages.txt")
POLICY = Path("/usr/sbin/policy-rc.d")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Package:
    """A package, the program by which it is recognised, and its use."""

    name: str
    program: str
    purpose: str

    @property
    def installed(self) -> bool:
        """Whether its program is there; daemons lie in sbin, which a user's PATH may lack."""
        return shutil.which(self.program, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None


def packages() -> list[Package]:
    """The packages of debian_packages.txt."""
    rows = (line.split("|") for line in LIST.read_text().splitlines() if line and not line.startswith("#"))
    return [Package(*(cell.strip() for cell in row)) for row in rows]


class SystemPackages(Step):
    """Installs what is missing when root; else prints the line to run and what will be skipped."""

    name = "system packages"
    usual_duration = "1 minute"

    def inputs(self) -> list[str]:
        """The list."""
        return [digest_of(LIST)]

    def present(self) -> bool:
        """All programs are there."""
        return all(package.installed for package in packages())

    def run(self) -> None:
        """Install with apt, without starting any daemon."""
        missing = [package for package in packages() if not package.installed]
        if not missing:
            return
        names = sorted({package.name for package in missing})
        line = f"apt-get install --no-install-recommends {' '.join(names)}"
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            self._cannot(missing, line)
            return
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with _no_daemon_starts():
            run(["apt-get", "update"], environment=environment)
            run(["apt-get", "install", "-y", "--no-install-recommends", *names], environment=environment)
        left = [package.program for package in packages() if not package.installed]
        if left:
            raise SetupError(f"apt-get ran, but these programs are still missing: {', '.join(left)}")

    def ensure(self) -> None:
        """As every step, but a machine without root goes on without a stamp and asks again next time."""
        if self.present():
            return
        super().ensure()

    def _cannot(self, missing: list[Package], line: str) -> None:
        skipped = "\n".join(f"      {package.program:18} {package.purpose}" for package in missing)
        if in_ci():
            raise SetupError(f"missing programs, and CI skips nothing:\n{skipped}\n    Run as root: {line}")
        say(f"    Not root, so this is left to you:\n      sudo {line}")
        say(f"    Until then this is skipped:\n{skipped}")


@contextlib.contextmanager
def _no_daemon_starts() -> Iterator[None]:
    """While apt runs, no package may start its daemon: a knotd on port 53 is not what anyone asked for.

    Debian's own switch for that is policy-rc.d (see invoke-rc.d(8)); one that exists already is left alone.
    """
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
