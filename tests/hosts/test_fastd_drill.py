"""The mesh entry under load: rendered files, real fastd, 60 clients with addresses of their own.

The kernel here may lack L2TP; then the rendered starter falls back to fastd itself, as it would on a
supernode. What systemd does with a unit (ExecStart, ExecStopPost, Restart) is done here by hand, with the very
lines of the rendered unit.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from ffinfra.hosts.buckets import BUCKETS, SEED, bucket_table
from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.secrets import HostSecrets
from ffinfra.network.network import Network
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.kernel_hash import bucket
from tests.hosts.samples import sample_network

pytestmark = pytest.mark.full

CLIENTS = 60
SUPERNODE = IPv4Address("198.51.100.254")
BACK_WITHIN = 30.0
"""Seconds after which every node must be connected again."""


def _address(client: int) -> IPv4Address:
    return IPv4Address("198.51.100.0") + client


def _rendered(instances: int, secret: str) -> HostConfiguration:
    """The sample's sn1 with a number of instances."""
    network = sample_network()
    first, *others = network.supernodes
    fastd = first.fastd.model_copy(update={"instances": instances})
    changed: Network = network.model_copy(
        update={"supernodes": (first.model_copy(update={"fastd": fastd}), *others)}
    )
    return render_host(changed, "sn1", HostSecrets(fastd=secret))


def _lay_out(configuration: HostConfiguration, place: Path) -> None:
    for file in configuration.files:
        target = place / file.path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.content)
        target.chmod(file.mode)


class Drill:
    """A supernode and its clients."""

    def __init__(self, isolated: Isolation, place: Path) -> None:
        self.isolated = isolated
        self.place = place
        self.keys: dict[str, int] = {}
        """Public key -> client."""

    def unit_line(self, instance: int, setting: str) -> list[str]:
        """A command of the rendered unit."""
        text = (self.place / f"etc/systemd/system/fastd-mesh{instance}.service").read_text()
        (line,) = (line for line in text.splitlines() if line.startswith(f"{setting}="))
        return line.partition("=")[2].removeprefix("-").split()

    def start(self, instance: int) -> None:
        """Start an instance as its unit says."""
        run = self.place / f"run/fastd-mesh{instance}"
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        binds = {self.place / "etc": "/etc", self.place / "run": "/run"}
        starter, *arguments = self.unit_line(instance, "ExecStart")
        command = ["sh", str(self.place / starter.removeprefix("/")), *arguments]
        self.isolated.start_with(binds, *command, log=self.place / f"log{instance}", netns="sn")

    def end(self, instance: int, signal: str) -> None:
        """End an instance and do what its unit does then."""
        (pid,) = self.isolated.run("pgrep", "-f", f"^/usr/bin/fastd.*/mesh{instance}/").stdout.split()
        self.isolated.run("kill", f"-{signal}", pid)
        awaited(
            lambda: True if self.isolated.run("kill", "-0", pid, check=False).returncode else None,
            5,
            "its end",
        )
        self.isolated.run(*self.unit_line(instance, "ExecStopPost"), netns="sn", check=False)

    def listens(self, instance: int) -> bool:
        """Whether an instance has come up."""
        return (self.place / f"run/fastd-mesh{instance}/status.sock").exists()

    def sessions(self, instance: int) -> Mapping[int, float]:
        """Client -> seconds since its session was established."""
        place = self.place / f"run/fastd-mesh{instance}/status.sock"
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(place))
                status: Any = json.loads(b"".join(iter(lambda: connection.recv(65536), b"")))
        except (ConnectionRefusedError, FileNotFoundError):
            return {}
        return {
            self.keys[key]: peer["connection"]["established"] / 1000
            for key, peer in status["peers"].items()
            if peer["connection"]
        }

    def assigned(self, instances: int) -> dict[int, int] | None:
        """Client -> instance of its newest session, once every client has one."""
        newest: dict[int, tuple[float, int]] = {}
        for instance in range(instances):
            for client, age in self.sessions(instance).items():
                newest[client] = min(newest.get(client, (age, instance)), (age, instance))
        return {client: at for client, (_age, at) in newest.items()} if len(newest) == CLIENTS else None


@pytest.fixture
def drill() -> Iterator[Drill]:
    """Four instances and all clients, connected."""
    needs("fastd", "nft", "conntrack", "pgrep", "ip")
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        pytest.skip("fastd needs /dev/net/tun")
    with tempfile.TemporaryDirectory(prefix="drill-") as directory, isolation() as isolated:
        place = Path(directory)
        running = Drill(isolated, place)
        keys = isolated.script(
            f"for i in $(seq 0 {CLIENTS}); do fastd --generate-key --machine-readable; done"
        ).split()
        publics = isolated.script(
            "".join(f"echo 'secret \"{key}\";' | fastd -c - --show-key --machine-readable\n" for key in keys)
        ).split()
        running.keys = {publics[client]: client for client in range(1, CLIENTS + 1)}
        _lay_out(_rendered(4, keys[0]), place)
        _network(isolated)
        isolated.run("nft", "-f", str(place / "etc/nftables.conf"), netns="sn")
        for instance in range(4):
            running.start(instance)
        awaited(
            lambda: True if all(running.listens(instance) for instance in range(4)) else None,
            20,
            "the instances",
        )
        _clients(isolated, place, keys, publics[0])
        awaited(lambda: running.assigned(4), 30, "all clients connected")
        yield running


def _network(isolated: Isolation) -> None:
    """One switch; the supernode and each client in a namespace of their own."""
    lines = ["ip link add switch type bridge", "ip link set switch up"]
    for name, address in (("sn", SUPERNODE), *((f"c{i}", _address(i)) for i in range(1, CLIENTS + 1))):
        lines += [
            f"ip netns add {name}",
            f"ip link add {name} type veth peer name eth0 netns {name}",
            f"ip link set {name} master switch up",
            f"ip -n {name} address add {address}/24 dev eth0",
            f"ip -n {name} link set eth0 up",
            f"ip -n {name} link set lo up",
        ]
    isolated.script("\n".join(lines))


def _clients(isolated: Isolation, place: Path, keys: list[str], supernode_key: str) -> None:
    lines = []
    for client in range(1, CLIENTS + 1):
        configuration = place / f"c{client}.conf"
        configuration.write_text(
            'mode tap;\ninterface "mesh";\nmtu 1312;\nmethod "null@l2tp";\n'
            f'secret "{keys[client]}";\n'
            f'peer "sn" {{ key "{supernode_key}"; remote {SUPERNODE} port 10000; }}\n'
        )
        command = f"ip netns exec c{client} fastd --config {configuration}"
        lines.append(f"{command} >{place}/c{client}.log 2>&1 </dev/null &")
    isolated.script("\n".join(lines))


def test_spread_death_and_removal_of_an_instance(drill: Drill) -> None:
    first = drill.assigned(4)
    assert first is not None
    shares = [list(first.values()).count(instance) for instance in range(4)]
    assert all(abs(share - CLIENTS / 4) <= 2 for share in shares), shares
    table = bucket_table(4)
    assert first == {
        client: table[bucket(_address(client), BUCKETS, SEED)] for client in range(1, CLIENTS + 1)
    }

    killed = time.monotonic()
    drill.end(0, "KILL")
    drill.start(0)
    again = awaited(lambda: drill.assigned(4), BACK_WITHIN, "the killed instance's clients are back")
    took = time.monotonic() - killed
    assert again == first
    _undisturbed(drill, first, range(1, 4), took)
    print(f"spread {shares}; after SIGKILL of one instance its clients were back in {took:.1f} s")

    secret = (drill.place / "etc/fastd/secret.conf").read_text().split('"')[1]
    _lay_out(_rendered(3, secret), drill.place)
    changed = time.monotonic()
    drill.isolated.run("nft", "-f", str(drill.place / "etc/nftables.conf"), netns="sn")
    drill.end(3, "TERM")
    fewer = awaited(lambda: drill.assigned(3), BACK_WITHIN, "the removed instance's clients are back")
    took = time.monotonic() - changed
    moved = {client for client in first if fewer[client] != first[client]}
    assert moved == {client for client in first if first[client] == 3}
    assert len(moved) < 0.3 * CLIENTS
    _undisturbed(drill, first, range(1, 3), took)
    print(f"4 to 3 instances moved {len(moved)} of {CLIENTS} clients, back in {took:.1f} s")


def _undisturbed(drill: Drill, first: Mapping[int, int], instances: range, seconds: float) -> None:
    """Clients of these instances have had their sessions for longer than that."""
    for instance in instances:
        ages = drill.sessions(instance)
        for client in (client for client, at in first.items() if at == instance):
            assert ages[client] >= seconds, f"client {client} of instance {instance} reconnected"
