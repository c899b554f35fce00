"""The interpreter that the engine is given: ours, with what is asked of it in every run answered once and for all.

The language host asks for version and packages before each preview and each update, which takes a third of a second
of the processor; in a run of all tests that is minutes. What is answered comes from this very interpreter.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

LIST = "-m pip list"


@cache
def _answer(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def quick_interpreter(folder: Path) -> str:
    """Write it into a folder; returns its path, for PULUMI_PYTHON_CMD."""
    listed, script = folder / "packages.json", folder / "quick-python"
    listed.write_text(_answer(*LIST.split(), "-v", "--format", "json"))
    script.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"  --version) echo {shlex.quote(_answer('--version').strip())} ;;\n"
        f'  "{LIST} "*) exec cat {shlex.quote(str(listed))} ;;\n'
        f'  *) exec {shlex.quote(sys.executable)} "$@" ;;\n'
        "esac\n"
    )
    script.chmod(0o755)
    return os.fspath(script)
