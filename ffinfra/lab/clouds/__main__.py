"""``python -m ffinfra.lab.clouds --settings FILE.json``: start both stand-ins and serve until told to end.

When all is ready, one line of JSON on stdout says where. SIGTERM or SIGINT ends it, with its knotd.
Exit codes: 0 after a signal, 1 if the world does not play along, 2 for a wrong settings file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from ffinfra.exit_codes import ExitCode
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError
from ffinfra.lab.clouds.clouds import Clouds
from ffinfra.lab.clouds.settings import CloudSettings, load_settings
from ffinfra.problems import InvalidInputError, OperationalError


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ffinfra.lab.clouds", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, help="a JSON file, see CloudSettings")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(load_settings(options.settings)))
    except (InvalidInputError, CloudflareError) as error:
        sys.stderr.write(f"{error}\n")
        return ExitCode.BAD_INPUT
    except OperationalError as error:
        sys.stderr.write(f"{error}\n")
        return ExitCode.FAILED
    return ExitCode.OK


async def _serve(settings: CloudSettings) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    clouds = Clouds(settings)
    try:
        sys.stdout.write(json.dumps(await clouds.start()) + "\n")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await clouds.stop()


if __name__ == "__main__":
    sys.exit(main())
