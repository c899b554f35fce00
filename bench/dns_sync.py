"""Seconds and ratios of reading, comparing and bringing out a zone: ``python -m bench.dns_sync [--records 10000]``.

A real knotd runs on loopback. One line of JSON: seconds of each step (minimum), and each divided by the
seconds that dnspython takes to read the same master file, so that lines of different machines compare.
The steps: reading the file, comparing with a copy in which each hundredth record differs, AXFR, the update
from a bare zone to all records, the update of each hundredth, and IXFR of that.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import dns.zone

from ffinfra.dns.differences import differences
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.reconcile import Wish, reconcile
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import read_served, transfer_zone
from ffinfra.dns.zone_text import content_of
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, running_knot

ORIGIN = "mesh.example."
BARE = f"""\
$ORIGIN {ORIGIN}
$TTL 600
@ SOA ns1 hostmaster 1 4h 1h 2w 1h
@ NS ns1
ns1 A 192.0.2.1
"""

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and result of one call."""
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def measure(records: int, folder: Path) -> dict[str, float]:
    """Seconds of each step, once, on a server of its own."""
    text = BARE + "".join(f"n{one} A 192.0.2.{one % 256}\n" for one in range(records))
    seconds: dict[str, float] = {}
    seconds["dnspython_read"], _ = timed(lambda: dns.zone.from_text(text, ORIGIN, relativize=False))
    seconds["read"], file = timed(lambda: read_zone_text(text))
    content = content_of(file.zone)
    changed = tuple(
        replace(rrset, ttl=60) if index % 100 == 50 else rrset for index, rrset in enumerate(content)
    )
    seconds["diff"], _ = timed(lambda: differences(content, changed))
    key, none = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET), SoaSettings()
    with running_knot(folder, {ORIGIN: BARE}) as knot:
        server = Server(knot.address, knot.port)
        bare = transfer_zone(server, ORIGIN, key=key)
        wish = Wish(bare.content, none, content, none)
        now = int(time.time())
        seconds["update_all"], full = timed(lambda: reconcile(server, ORIGIN, bare, wish, key=key, now=now))
        seconds["axfr"], fetched = timed(lambda: transfer_zone(server, ORIGIN, key=key))
        wish = Wish(content, none, changed, none)
        seconds["update_hundredth"], last = timed(
            lambda: reconcile(server, ORIGIN, full, wish, key=key, now=now)
        )
        seconds["ixfr"], again = timed(lambda: read_served(server, ORIGIN, key=key, known=full.known))
    if fetched != full or again != last or last.content != changed:
        sys.exit("the server does not serve what was sent")
    return seconds


def main() -> None:
    """Print one line for each number of records."""
    parser = argparse.ArgumentParser(prog="python -m bench.dns_sync")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    for records in arguments.records:
        runs = []
        for _ in range(arguments.repeat):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(measure(records, Path(folder)))
        best = {step: min(run[step] for run in runs) for step in runs[0]}
        ratios = {step: round(value / best["dnspython_read"], 2) for step, value in best.items()}
        line = {
            "records": records,
            "seconds": {step: round(value, 3) for step, value in best.items()},
            "ratio_to_dnspython_read": ratios,
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
