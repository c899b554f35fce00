"""The rendered nameservers, served unmodified by real knotd in namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ffinfra.hosts.knot import nameserver_files
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.samples import (
    FALLBACK_SECRET,
    TRANSFER_SECRET,
    UPDATE_SECRET,
    sample_network,
    sample_secrets,
    sample_zones,
)

pytestmark = pytest.mark.full

ADDRESSES = {"ns1": "192.0.2.53", "ns2": "198.51.100.53", "ns3": "203.0.113.53"}
MESH, NODES, CATALOG = "mesh.musterstadt.example", "nodes.musterstadt.example", "catalog.musterstadt.invalid"
UPDATE = f"hmac-sha256:update:{UPDATE_SECRET}"
TRANSFER = f"hmac-sha256:transfer:{TRANSFER_SECRET}"
FALLBACK = f"hmac-sha256:fallback:{FALLBACK_SECRET}"


ASK = """\
import socket, struct, sys
name = b"".join(bytes([len(part)]) + part.encode() for part in sys.argv[3].split(".")) + b"\\0"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.bind((sys.argv[1], 0))
    asking.connect((sys.argv[2], 53))
    asking.settimeout(1)
    whole = cut = 0
    for burst in range(int(sys.argv[4]) // 50):
        for number in range(50):
            asking.send(struct.pack("!HHHHHH", number, 0, 1, 0, 0, 0) + name + struct.pack("!HH", 6, 1))
        try:
            for number in range(50):
                answer = asking.recv(2000)
                cut += answer[2] >> 1 & 1
                whole += answer[7] == 1 and not answer[2] & 2
        except TimeoutError:
            continue
print(whole, cut)
"""
"""Asks for a SOA many times, fifty at once, as a slow machine asks too seldom: whole answers, and truncated ones."""


def _start(isolated: Isolation, name: str, place: Path) -> None:
    """Lay out the files of a nameserver and serve them as Debian's paths."""
    network = sample_network()
    (nameserver,) = (server for server in network.nameservers if server.name == name)
    for file in nameserver_files(network, nameserver, sample_secrets(), sample_zones()).files:
        target = place / file.path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.content)
    for directory in ("var/lib/knot", "run/knot"):
        (place / directory).mkdir(parents=True, exist_ok=True)
    isolated.script(
        "".join(f"ip address add {address} dev lo\n" for address in (nameserver.ipv4, nameserver.ipv6))
    )
    isolated.script("mkdir -p /run/knot")
    binds = {place / part: f"/{part}" for part in ("etc/knot", "var/lib/knot", "run/knot")}
    isolated.start_with(binds, "knotd", log=place / "log")


def _dig(isolated: Isolation, server: str, *question: str, key: str | None = None) -> str:
    signed = ["-y", key] if key else []
    done = isolated.run(
        "kdig", f"@{ADDRESSES[server]}", "+timeout=2", "+retry=0", *signed, *question, check=False
    )
    return done.stdout + done.stderr


def _answer(isolated: Isolation, server: str, name: str, kind: str) -> str | None:
    return _dig(isolated, server, name, kind, "+short").strip() or None


def _signature(isolated: Isolation, server: str) -> str | None:
    answer = _dig(isolated, server, NODES, "SOA", "+dnssec")
    return answer if "RRSIG" in answer else None


def _update(isolated: Isolation, zone: str, *lines: str, key: str | None = UPDATE) -> str:
    text = "\n".join([f"server {ADDRESSES['ns1']}", f"zone {zone}", *lines, "send", "quit"]) + "\n"
    done = isolated.run("knsupdate", *(["-y", key] if key else []), check=False, text=text)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def nameservers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Isolation]:
    """Three nameservers on one loopback, none of them with another's files."""
    needs("knotd", "kdig", "knsupdate")
    if not Path("/etc/knot").is_dir():
        pytest.skip("the package knot is not installed")
    place = tmp_path_factory.mktemp("nameservers")
    with isolation() as isolated:
        for name in ADDRESSES:
            _start(isolated, name, place / name)
        for server in ADDRESSES:
            for zone in (MESH, NODES):
                awaited(partial(_answer, isolated, server, zone, "SOA"), 30, f"{zone} at {server}")
        yield isolated


def test_a_signed_update_reaches_every_secondary(nameservers: Isolation) -> None:
    assert "failed" not in _update(nameservers, MESH, "add node1.mesh.musterstadt.example. 300 A 192.0.2.77")
    for server in ADDRESSES:
        found = awaited(partial(_answer, nameservers, server, f"node1.{MESH}", "A"), 15, server)
        assert found == "192.0.2.77"


def test_an_update_without_the_key_or_with_another_one_is_refused(nameservers: Isolation) -> None:
    line = f"add intruder.{MESH}. 300 A 192.0.2.66"
    assert "NOTAUTH" in _update(nameservers, MESH, line, key=None)
    assert "BADKEY" in _update(nameservers, MESH, line, key=TRANSFER)
    assert _answer(nameservers, "ns1", f"intruder.{MESH}", "A") is None


def test_zones_are_transferred_to_key_holders_only(nameservers: Isolation) -> None:
    assert "SOA" in _dig(nameservers, "ns1", MESH, "AXFR", key=UPDATE)
    assert "NOTAUTH" in _dig(nameservers, "ns1", MESH, "AXFR")
    for server, zone, key in (("ns1", NODES, FALLBACK), ("ns2", MESH, TRANSFER), ("ns3", MESH, TRANSFER)):
        refused = _dig(nameservers, server, zone, "AXFR", key=key)
        assert "NOTAUTH" in refused or "BADKEY" in refused, refused


def test_the_catalog_is_shown_to_nobody(nameservers: Isolation) -> None:
    for server in ADDRESSES:
        assert _answer(nameservers, server, CATALOG, "SOA") is None
        assert "NOTAUTH" in _dig(nameservers, server, CATALOG, "AXFR")


def test_nothing_recurses_and_answers_are_minimal(nameservers: Isolation) -> None:
    for server in ADDRESSES:
        assert "REFUSED" in _dig(nameservers, server, "www.elsewhere.example", "A")
        answer = _dig(nameservers, server, MESH, "SOA")
        assert "AUTHORITY: 0" in answer
        assert "ADDITIONAL: 0" in answer
        assert " ra" not in answer.partition("Flags:")[2].partition(";")[0]
        assert _answer(nameservers, server, "version.bind", "TXT") is None


def test_the_zone_to_be_signed_is_signed_everywhere(nameservers: Isolation) -> None:
    for server in ADDRESSES:
        awaited(partial(_signature, nameservers, server), 15, f"a signature at {server}")
        assert "RRSIG" not in _dig(nameservers, server, MESH, "SOA", "+dnssec")


def test_who_asks_too_often_is_sent_to_tcp(nameservers: Isolation) -> None:
    nameservers.script("ip address add 192.0.2.99/32 dev lo")
    for server, address in ADDRESSES.items():
        asked = nameservers.run("python3", "-c", ASK, "192.0.2.99", address, MESH, "1000")
        whole, cut = (int(number) for number in asked.stdout.split())
        assert whole >= 100, server
        assert cut >= 100, server
    by_tcp = _dig(nameservers, "ns1", MESH, "SOA", "+tcp", "-b", "192.0.2.99", "+short")
    assert by_tcp.startswith("ns1.mesh.musterstadt.example.")


def test_the_machine_itself_is_not_limited(nameservers: Isolation) -> None:
    for address in ADDRESSES.values():
        asked = nameservers.run("python3", "-c", ASK, address, address, MESH, "1000")
        assert asked.stdout == "1000 0\n"
