"""``python3 -m tools.setup [--for gate|tests|vm]``: make a checkout ready; quick when it is ready already.

``--for gate`` is for CI jobs that preview and apply: without the daemons that the lab and the tests run. ``--for vm``
brings QEMU and libvirt too, for ``make test-vm`` alone.
"""

from __future__ import annotations

import argparse
import sys

from tools.setup.actionlint import Actionlint
from tools.setup.pulumi_command import PulumiCommand
from tools.setup.python_environment import PythonEnvironment
from tools.setup.step import SetupError, say
from tools.setup.system_packages import Purpose, SystemPackages


def main() -> int:
    """Run all steps; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what this line is for
        say(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
        return 1
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup")
    parser.add_argument("--for", dest="purpose", choices=["gate", "tests", "vm"], default="tests")
    purpose = Purpose[parser.parse_args().purpose.upper()]
    try:
        SystemPackages(purpose).ensure()
        PythonEnvironment().ensure()
        PulumiCommand().ensure()
        if purpose is Purpose.TESTS:
            Actionlint().ensure()
    except SetupError as error:
        say(f"set-up stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("set-up broken off; run it again and it goes on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
