"""Secondary zones: fetched by AXFR with TSIG from a primary of the test's own, told of changes by NOTIFY."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.clouds.served.world import Clouds, World

pytestmark = pytest.mark.full

KEY = "c2VjcmV0IGtleSBvZiBhIHRlc3Q="
WRONG_KEY = "d3Jvbmcga2V5IG9mIGEgdGVzdA=="
PRIMARY = {"address": "192.0.2.53", "port": 53, "tsig_algorithm": "hmac-sha256", "tsig_key": KEY}
SECONDARY = {"name": "far.example", "mode": "secondary", "primary_nameservers": [PRIMARY]}
NAMESERVER = "203.0.113.53"

CONFIGURATION = """\
server:
    rundir: "{directory}"
    listen: [ "192.0.2.53@53" ]
database:
    storage: "{directory}"
key:
  - id: transfer.far
    algorithm: hmac-sha256
    secret: "{key}"
remote:
  - id: hetzner
    address: "203.0.113.53@53"
    via: "192.0.2.53"
    key: transfer.far
acl:
  - id: transfer
    key: transfer.far
    action: transfer
zone:
  - domain: far.example
    storage: "{directory}"
    file: far.example.zone
    zonefile-load: whole
    notify: hetzner
    acl: transfer
"""


def write_zone(directory: Path, serial: int, address: str) -> None:
    lines = ["$ORIGIN far.example.", "$TTL 300", f"@ SOA ns1 noc {serial} 3600 600 86400 300", "@ NS ns1"]
    (directory / "far.example.zone").write_text("\n".join([*lines, f"ns1 A {address}", ""]))


@pytest.fixture
def primary(world: World) -> Path:
    """A primary with one zone, in the same namespace; returns its directory."""
    directory = world.directory / "primary"
    directory.mkdir()
    write_zone(directory, 1, "192.0.2.1")
    (directory / "knot.conf").write_text(CONFIGURATION.format(directory=directory, key=KEY))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    world.start("knotd", "-c", str(directory / "knot.conf"), **quiet)
    visitor = world.visitor()
    awaited(lambda: _answers(visitor.looks_up, "192.0.2.53"))
    return directory


def _answers(look: Callable[..., dict[str, object]], address: str) -> bool:
    try:
        return look("far.example", "SOA", address)["rcode"] == "NOERROR"
    except AssertionError:
        return False


def awaited(happened: Callable[[], bool], seconds: float = 15) -> None:
    """Look again until it has happened."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def seen(clouds: Clouds) -> list[str]:
    answer: list[str] = clouds.visitor.looks_up("ns1.far.example", "A", NAMESERVER)["answer"]
    return answer


def test_a_secondary_zone_is_fetched_and_follows_notify(world: World, primary: Path) -> None:
    clouds = world.serve(hetzner={"transfer_key_name": "transfer.far"})
    zone = clouds.hetzner("POST", "/zones", SECONDARY)["zone"]
    assert (zone["status"], seen(clouds)) == ("ok", ["ns1.far.example. 300 IN A 192.0.2.1"])
    write_zone(primary, 2, "192.0.2.2")
    socket = str(primary / "knot.sock")
    assert (
        world.start(
            "knotc", "-s", socket, "-b", "zone-reload", "far.example", stdout=subprocess.DEVNULL
        ).wait()
        == 0
    )
    awaited(lambda: seen(clouds) == ["ns1.far.example. 300 IN A 192.0.2.2"])


def test_a_wrong_key_gets_nothing_until_the_primaries_are_mended(world: World, primary: Path) -> None:
    clouds = world.serve(hetzner={"transfer_key_name": "transfer.far"})
    wrong = SECONDARY | {"primary_nameservers": [PRIMARY | {"tsig_key": WRONG_KEY}]}
    zone = clouds.hetzner("POST", "/zones", wrong)["zone"]
    before = (zone["status"], clouds.visitor.looks_up("far.example", "SOA", NAMESERVER)["rcode"])
    path = "/zones/far.example/actions/change_primary_nameservers"
    clouds.hetzner("POST", path, {"primary_nameservers": [PRIMARY]})
    after = (clouds.hetzner("GET", "/zones/far.example")["zone"]["status"], seen(clouds))
    assert (before, after) == (
        ("updating", "SERVFAIL"),
        ("ok", ["ns1.far.example. 300 IN A 192.0.2.1"]),
    )
    configuration = world.directory / "state" / "knot-hetzner" / "knot.conf"
    assert configuration.stat().st_mode & 0o077 == 0


def test_a_primary_that_comes_late_is_found(world: World, request: pytest.FixtureRequest) -> None:
    clouds = world.serve(hetzner={"transfer_key_name": "transfer.far", "transfer_retry_seconds": 1})
    zone = clouds.hetzner("POST", "/zones", SECONDARY)["zone"]
    assert zone["status"] == "updating"
    request.getfixturevalue("primary")
    awaited(lambda: seen(clouds) == ["ns1.far.example. 300 IN A 192.0.2.1"])


def test_two_keys_of_one_name_are_refused(world: World, primary: Path) -> None:
    del primary
    clouds = world.serve(hetzner={"transfer_key_name": "transfer.far"})
    clouds.hetzner("POST", "/zones", SECONDARY)
    other = {
        "name": "near.example",
        "mode": "secondary",
        "primary_nameservers": [PRIMARY | {"tsig_key": WRONG_KEY}],
    }
    action = clouds.hetzner("POST", "/zones", other)["action"]
    assert (action["status"], "two different TSIG keys" in action["error"]["message"]) == ("error", True)
    assert seen(clouds) == ["ns1.far.example. 300 IN A 192.0.2.1"]
