"""The linter of CI workflows, built from Go modules; only tests use it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.setup.command import run
from tools.setup.step import TOOLS, SetupError, Step, digest_of, in_ci, say

PROGRAM = TOOLS / "actionlint" / "actionlint"
_MODULE = Path(__file__).with_name("golang_actionlint")
_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"


class Actionlint(Step):
    """Builds .tools/actionlint/actionlint."""

    name = "actionlint"
    usual_duration = "20 seconds"

    def inputs(self) -> list[str]:
        """The modules it is built from."""
        return [digest_of(_MODULE / "go.mod", _MODULE / "go.sum")]

    def present(self) -> bool:
        """It is there."""
        return PROGRAM.is_file()

    def ensure(self) -> None:
        """Build it, or say who must and what is skipped; no stamp claims it then.

        Raises:
            SetupError: CI has no Go that builds it.
        """
        if not self.present() and shutil.which("go") is None:
            self._without("there is no go on PATH")
            return
        try:
            super().ensure()
        except SetupError as error:
            self._without(f"this go does not build it ({error})")

    @staticmethod
    def _without(why: str) -> None:
        """Outside of CI nothing but a test lacks it, which is no reason to stop.

        Raises:
            SetupError: CI skips nothing.
        """
        if in_ci():
            raise SetupError(f"no actionlint, and CI skips nothing: {why}. Install Go 1.25 or newer")
        say(f"    No actionlint: {why}. The tests of the workflows with it are skipped")

    def run(self) -> None:
        """Build it into place at once or not at all."""
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        partial = PROGRAM.with_suffix(".partial")
        build = ["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", str(partial), _PACKAGE]
        run(build, cwd=_MODULE, progress=lambda line: f"actionlint: {line[:70]}")
        partial.replace(PROGRAM)
