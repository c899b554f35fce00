"""Seconds and ratios of comparing a zone before a switch: ``python -m bench.dns_ready [--records N]``.

Real knotd answer on loopback. One line of JSON: seconds of asking every RRset at every address as
``ffinfra dns ready`` does, of one transfer of the same zone, and of dnspython's reading of its master file; the first
two divided by the last, so that lines of different machines compare; and microseconds a question.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import dns.zone

from ffinfra.dns.answers.comparing import Comparison, Role, compare_zone
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import Zone
from ffinfra.dns.wire.server import Server
from ffinfra.dns.wire.transfer import transfer_zone
from tests.dns.check.live_world import Served, apex, world

ZONE = "mesh.test"


def measure(records: int, addresses: int, folder: Path) -> dict[str, float]:
    """Seconds of each step, once, at servers of its own."""
    hosts = [f"n{one} A 192.0.2.{one % 256}" for one in range(records)]
    served = Served(apex(ZONE, {"ns1": "127.0.53.61"}, hosts), open_to_transfer=True)
    text = served.text(ZONE)
    started = time.perf_counter()
    dns.zone.from_text(text, ZONE, relativize=False)
    seconds = {"dnspython_read": time.perf_counter() - started}
    zone = read_zone_text(text).zone
    servers = [f"127.0.53.{61 + number}" for number in range(addresses)]
    with world(folder) as built:
        for server in servers:
            built.serve(server, {ZONE: served})
        started = time.perf_counter()
        found = asyncio.run(_compared(zone, servers, built.port))
        seconds["compare"] = time.perf_counter() - started
        started = time.perf_counter()
        transfer_zone(Server(servers[0], built.port), zone.origin)
        seconds["transfer"] = time.perf_counter() - started
    if found.disagreements:
        sys.exit(str(found.disagreements[0]))
    return seconds | {"question": seconds["compare"] / found.questions}


async def _compared(zone: Zone, servers: Sequence[str], port: int) -> Comparison:
    async with LiveTransport(port=port) as transport:
        return await compare_zone(transport, zone, servers, Role.AUTHORITY)


def main() -> None:
    """Print one line for each number of records."""
    parser = argparse.ArgumentParser(prog="python -m bench.dns_ready")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--addresses", type=int, default=6)
    arguments = parser.parse_args()
    for records in arguments.records:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(records, arguments.addresses, Path(folder))
        read, question = seconds["dnspython_read"], seconds.pop("question")
        line = {
            "records": records,
            "addresses": arguments.addresses,
            "seconds": {step: round(value, 3) for step, value in seconds.items()},
            "ratio_to_dnspython_read": {step: round(value / read, 2) for step, value in seconds.items()},
            "microseconds_a_question": round(question * 1e6),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
