"""Seconds and ratios of linting a zone: ``python -m bench.dns_lint [--records 10000]``.

One line of JSON a number of records: seconds of reading the master file and of all rules (minimum), and each divided
by the seconds that dnspython takes to read the same file, so that lines of different machines compare.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

import dns.zone

from ffinfra.dns.lint.context import LintedZone
from ffinfra.dns.lint.run import lint_zones
from ffinfra.dns.master_file import read_zone_text

ORIGIN = "mesh.example."
HEAD = f"""\
$ORIGIN {ORIGIN}
$TTL 600
@ SOA ns1 hostmaster 1 4h 1h 2w 1h
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 198.51.100.2
"""


def _text(records: int) -> str:
    """Addresses and as many aliases, which the rules follow."""
    half = records // 2
    addresses = "".join(f"n{one} A 192.0.2.{one % 256}\n" for one in range(half))
    return HEAD + addresses + "".join(f"a{one} CNAME n{one}\n" for one in range(records - half))


def _best(repeat: int, work: Callable[[], object]) -> float:
    runs = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        runs.append(time.perf_counter() - started)
    return min(runs)


def measure(records: int, repeat: int) -> dict[str, object]:
    """One line."""
    text = _text(records)
    file = read_zone_text(text)
    linted = [LintedZone(file.zone, file)]
    if any(finding.level.value == "error" for finding in lint_zones(linted)):
        sys.exit("the zone has errors, which cost time of their own")
    seconds = {
        "dnspython_read": _best(
            repeat, lambda: dns.zone.from_text(text, ORIGIN, relativize=False, check_origin=False)
        ),
        "read": _best(repeat, lambda: read_zone_text(text)),
        "lint": _best(repeat, lambda: lint_zones(linted)),
    }
    yardstick = seconds["dnspython_read"]
    return {
        "records": records,
        "seconds": {step: round(value, 3) for step, value in seconds.items()},
        "ratio_to_dnspython_read": {step: round(value / yardstick, 2) for step, value in seconds.items()},
    }


def main() -> None:
    """Print one line for each number of records."""
    parser = argparse.ArgumentParser(prog="python -m bench.dns_lint")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    for records in arguments.records:
        sys.stdout.write(json.dumps(measure(records, arguments.repeat)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
