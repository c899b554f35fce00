"""The rendered bird.conf against two backbone routers: what is learned, what is told, what a death changes.

The kernel here has no GRE, so veth pairs with the tunnels' names and addresses stand in for the tunnels.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.network.machines import Tunnel
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.samples import sample_network, sample_secrets

pytestmark = pytest.mark.full

ROUTER = """\
router id {tunnel.neighbour_ipv4};
log stderr all;
protocol device {{}}
protocol static default4 {{ ipv4; route 0.0.0.0/0 unreachable; }}
protocol static default6 {{ ipv6; route ::/0 unreachable; }}
protocol static leak4 {{ ipv4; route 10.0.0.0/8 unreachable; route 198.51.100.0/24 unreachable; }}
protocol static leak6 {{ ipv6; route 2001:db8:ffff::/48 unreachable; }}
protocol bgp sn4 {{
    local {tunnel.neighbour_ipv4} as {tunnel.autonomous_system};
    neighbor {tunnel.ipv4.ip} as {own};
    connect retry time 1;
    ipv4 {{ import all; export all; }};
}}
protocol bgp sn6 {{
    local {tunnel.neighbour_ipv6} as {tunnel.autonomous_system};
    neighbor {tunnel.ipv6.ip} as {own};
    connect retry time 1;
    ipv6 {{ import all; export all; }};
}}
"""
"""A careless backbone router: tells everything it knows, believes everything it hears."""


class Drill:
    """A supernode between two routers."""

    def __init__(self, isolated: Isolation, place: Path, tunnels: tuple[Tunnel, ...]) -> None:
        self.isolated = isolated
        self.place = place
        self.tunnels = {tunnel.interface: tunnel for tunnel in tunnels}

    def start(self, name: str) -> None:
        """Start a router's or the supernode's bird."""
        files = ["-c", str(self.place / f"{name}.conf"), "-s", str(self.place / f"{name}.ctl")]
        self.isolated.start("bird", "-f", *files, log=self.place / f"{name}.log", netns=name)

    def kill(self, name: str) -> None:
        """Kill a router's bird."""
        (pid,) = self.isolated.run("pgrep", "-f", f"^bird -f -c {self.place}/{name}.conf").stdout.split()
        self.isolated.run("kill", "-9", pid)

    def birdc(self, name: str, *command: str) -> str:
        """Ask a bird."""
        return self.isolated.run("birdc", "-s", str(self.place / f"{name}.ctl"), *command, check=False).stdout

    def routes(self, version: int) -> list[tuple[str, str]]:
        """Destination and interface of each route in the clients' table."""
        done = self.isolated.run(
            *("ip", "--json", f"-{version}", "route", "show", "table", "42"), netns="sn", check=False
        )
        found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
        return [(route["dst"], route["dev"]) for route in found]

    def default_by(self, version: int, *interfaces: str) -> str | None:
        """The interface of the only route, if it is the default route by one of these."""
        match self.routes(version):
            case [("default", interface)] if interface in interfaces:
                return interface
            case _:
                return None

    def established(self, session: str) -> bool | None:
        """Whether a session of the supernode is up."""
        shown = self.birdc("sn", "show", "protocols", "all", session)
        return True if re.search(r"BGP state:\s+Established", shown) else None

    def learned(self, name: str) -> set[str] | None:
        """What a router has learned of the supernode, once both sessions have told something."""
        shown = [self.birdc(name, "show", "route", "protocol", session) for session in ("sn4", "sn6")]
        prefixes = [set(re.findall(r"^([0-9a-f.:]+/\d+)\s", text, re.MULTILINE)) for text in shown]
        return prefixes[0] | prefixes[1] if all(prefixes) else None


@pytest.fixture
def drill() -> Iterator[Drill]:
    """Both routers and the supernode, started."""
    needs("bird", "birdc", "ip", "pgrep")
    network = sample_network()
    supernode = network.supernodes[0]
    own = network.mesh.autonomous_system
    with tempfile.TemporaryDirectory(prefix="drill-") as directory, isolation() as isolated:
        running = Drill(isolated, Path(directory), supernode.tunnels)
        configuration = render_host(network, supernode.name, sample_secrets())
        (running.place / "sn.conf").write_text(configuration.file("/etc/bird/bird.conf").content)
        isolated.script("ip netns add sn; ip -n sn link set lo up")
        for name, tunnel in running.tunnels.items():
            (running.place / f"{name}.conf").write_text(ROUTER.format(tunnel=tunnel, own=own))
            length4, length6 = tunnel.ipv4.network.prefixlen, tunnel.ipv6.network.prefixlen
            isolated.script(
                f"ip netns add {name}\n"
                f"ip -n sn link add {name} type veth peer name sn netns {name}\n"
                f"ip -n sn address add {tunnel.ipv4} dev {name}\n"
                f"ip -n sn address add {tunnel.ipv6} dev {name} nodad\n"
                f"ip -n sn link set {name} up\n"
                f"ip -n {name} address add {tunnel.neighbour_ipv4}/{length4} dev sn\n"
                f"ip -n {name} address add {tunnel.neighbour_ipv6}/{length6} dev sn nodad\n"
                f"ip -n {name} link set sn up\n"
            )
            running.start(name)
        running.start("sn")
        yield running


def test_only_the_default_is_learned_only_our_own_is_told_and_a_dead_router_is_left(drill: Drill) -> None:
    supernode = sample_network().supernodes[0]
    own = {f"{supernode.mesh.nat_ipv4}/32", str(supernode.mesh.exported_ipv6)}
    routers = tuple(drill.tunnels)
    for name in routers:
        assert awaited(partial(drill.learned, name), 20, f"routes at {name}") == own
    active = {
        version: awaited(partial(drill.default_by, version, *routers), 20, "a default") for version in (4, 6)
    }

    leaked = drill.birdc("sn", "show", "route", "all")
    assert "10.0.0.0/8" not in leaked
    assert "198.51.100.0/24" not in leaked
    assert "2001:db8:ffff::/48" not in leaked
    rejected = drill.birdc("sn", "show", "protocols", "all", "bb1_4")
    assert re.search(r"Import updates:\s+3\s+0\s+2\s", rejected), rejected

    dead = active[4]
    (other,) = (name for name in routers if name != dead)
    killed = time.monotonic()
    drill.kill(dead)
    awaited(lambda: drill.default_by(4, other), 40, "the other router's default")
    awaited(lambda: drill.default_by(6, other), 40, "the other router's default")
    moved = time.monotonic() - killed
    drill.start(dead)
    started = time.monotonic()
    assert awaited(partial(drill.learned, dead), 40, "the returned router's routes") == own
    awaited(partial(drill.established, f"{dead}_4"), 40, "its session")
    back = time.monotonic() - started
    print(f"default moved {moved:.2f} s after the death, session back {back:.1f} s after the return")
