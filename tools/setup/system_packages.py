"""Debian packages with the daemons that the lab and the tests run for real."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from tools.setup.command import run
from tools.setup.step import SetupError, in_ci, say

LIST = Path(__file__).with_name("debian_packages.txt")
WITHOUT_DAEMONS = Path(__file__).with_name("without_daemons.sh")
POLICY = Path("/usr/sbin/policy-rc.d")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MODULE = "import "


class Purpose(IntEnum):
    """What a checkout is set up for; each needs what those before it need."""

    SETUP = 1
    GATE = 2
    TESTS = 3
    VM = 4


@dataclass(frozen=True)
class Package:
    """A Debian package.

    Attributes:
        name: its name.
        needed_by: the least purpose that needs it.
        mark: what tells that it is there: a program, ``import MODULE``, or the path of a file.
        use: what it is for.
    """

    name: str
    needed_by: Purpose
    mark: str
    use: str

    @property
    def installed(self) -> bool:
        """Whether its mark is there; daemons lie in sbin, which a user's PATH may lack."""
        if self.mark.startswith(_MODULE):
            return importlib.util.find_spec(self.mark.removeprefix(_MODULE)) is not None
        if self.mark.startswith("/"):
            return Path(self.mark).exists()
        return shutil.which(self.mark, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None


def packages(purpose: Purpose = Purpose.TESTS) -> list[Package]:
    """The packages of debian_packages.txt that a purpose needs."""
    rows = (line.split("|") for line in LIST.read_text().splitlines() if line and not line.startswith("#"))
    cells = ([cell.strip() for cell in row] for row in rows)
    every = [Package(name, Purpose[grade.upper()], mark, use) for name, grade, mark, use in cells]
    return [package for package in every if package.needed_by <= purpose]


class SystemPackages:
    """Installs what is missing when root; else prints the line to run and what will be skipped.

    There is no stamp: whether packages are there is asked of the machine, every time.
    """

    name = "system packages"
    usual_duration = "1 minute"

    def __init__(self, purpose: Purpose = Purpose.TESTS) -> None:
        self.purpose = purpose

    def ensure(self) -> None:
        """Install what is missing, or say who must.

        Raises:
            SetupError: what set-up cannot go without is missing; in CI, anything.
        """
        missing = self._missing()
        if not missing:
            return
        say(f"==> {self.name} (usually {self.usual_duration})")
        prefix = _as_root()
        if prefix is None or shutil.which("apt-get") is None:
            _leave(missing)
        else:
            self._install(prefix, _names(missing))

    def _missing(self) -> list[Package]:
        return [package for package in packages(self.purpose) if not package.installed]

    def _install(self, prefix: Sequence[str], names: Sequence[str]) -> None:
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
        run([*prefix, *apt, "update"])
        install = [*apt, "install", "-y", "--no-install-recommends", *names]
        run([*prefix, "sh", str(WITHOUT_DAEMONS), str(POLICY), *install])
        importlib.invalidate_caches()
        left = [package.mark for package in self._missing()]
        if left:
            raise SetupError(f"apt-get ran, but this is still missing: {', '.join(left)}")


def _as_root() -> list[str] | None:
    """What to put before a command so that root runs it; None where we may not.

    A person's sudo is never used unasked. A CI machine that is there for one run has nobody to ask.
    """
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if not in_ci() or shutil.which("sudo") is None:
        return None
    answer = subprocess.run([*sudo, "true"], check=False, capture_output=True)
    return sudo if answer.returncode == 0 else None


def _leave(missing: Sequence[Package]) -> None:
    """Tell what is left to the person, and what is skipped until then.

    Raises:
        SetupError: it cannot be gone without.
    """
    line = f"apt-get install --no-install-recommends {' '.join(_names(missing))}"
    lacking = "\n".join(f"      {package.mark:18} {package.use}" for package in missing)
    if in_ci():
        raise SetupError(f"missing programs, and CI skips nothing:\n{lacking}\n    Run as root: {line}")
    needed = [package.mark for package in missing if package.needed_by is Purpose.SETUP]
    if needed:
        raise SetupError(f"set-up itself needs: {', '.join(needed)}\n    Run: sudo {line}")
    say(f"    Not root, so this is left to you:\n      sudo {line}")
    say(f"    Until then this is skipped:\n{lacking}")


def _names(missing: Sequence[Package]) -> list[str]:
    return sorted({package.name for package in missing})
