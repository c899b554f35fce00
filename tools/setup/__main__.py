"""``python3 -m tools.setup``: make a checkout ready; quick when it is ready already."""

from __future__ import annotations

import sys

from tools.setup.pulumi_command import PulumiCommand
from tools.setup.python_environment import PythonEnvironment
from tools.setup.step import SetupError, say
from tools.setup.system_packages import SystemPackages


def main() -> int:
    """Run all steps; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what this line is for
        say(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
        return 1
    try:
        for step in (SystemPackages(), PythonEnvironment(), PulumiCommand()):
            step.ensure()
    except SetupError as error:
        say(f"set-up stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("set-up broken off; run it again and it goes on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
