"""A supernode is drained, rebooted and awaited: Debian with the rendered bird and fastd, beside a real BGP router.

A veth with the tunnel's name and addresses stands in for GRE, which the kernel here lacks; ``uname`` is played.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import configured_machine
from ffinfra.kernels.health import ailments, established_sessions
from ffinfra.kernels.roll import Roll, Waits
from ffinfra.kernels.shell import Ssh
from ffinfra.kernels.state import KernelVerdict
from ffinfra.kernels.status import state_of
from ffinfra.network.machines import Supernode, Tunnel
from tests.hosts.isolation import awaited, needs
from tests.hosts.test_bird_drill import ROUTER
from tests.kernels.test_machine import PLAY
from tests.lab.nspawn.machines import Yard, network_with_key, yard
from tests.lab.nspawn.rolled import Rolled

pytestmark = [pytest.mark.full, pytest.mark.root]


GRE = "/etc/systemd/network/40-ffinfra-bb1.netdev"
"""Says that the interface is GRE, and then networkd would not touch ours; its addresses stand elsewhere."""


def _child(parent: int) -> int:
    done = subprocess.run(["pgrep", "--parent", str(parent)], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


@contextmanager
def _router(ours: Yard, tunnel: Tunnel, own: int) -> Iterator[Path]:
    """A backbone router at the other end of a link into the machine; its log."""
    nspawn = _child(_child(ours.machines["sn5"].process.pid))
    machine = _child(nspawn)
    ours.run("ip", "link", "add", "far", "type", "veth", "peer", "name", tunnel.interface)
    ours.run("ip", "link", "set", tunnel.interface, "netns", str(machine))
    for address in (f"{tunnel.neighbour_ipv4}/30", f"{tunnel.neighbour_ipv6}/64"):
        ours.run("ip", "address", "add", address, "dev", "far", *(("nodad",) if ":" in address else ()))
    ours.run("ip", "link", "set", "far", "up")
    configuration, log = ours.place / "router.conf", ours.place / "router.log"
    configuration.write_text(ROUTER.format(tunnel=tunnel, own=own))
    with log.open("w") as sink:
        bird = subprocess.Popen(
            [*ours.enter, "bird", "-d", "-c", str(configuration), "-s", str(ours.place / "router.ctl")],
            stdout=sink,
            stderr=sink,
        )
    try:
        yield log
    finally:
        bird.kill()
        bird.wait()


@pytest.fixture
def rolled() -> Iterator[Rolled]:
    needs("ansible-playbook", "bird", "pgrep")
    with (
        tempfile.TemporaryDirectory(prefix="yard-") as directory,
        yard(Path(directory)) as ours,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in ours.ansible_environment.items():
            patch.setenv(name, value)
        patch.setenv("FFINFRA_SSH", shlex.join([*ours.enter, "ssh", *ours.ssh_options]))
        yield Rolled(ours, network_with_key(ours.public_key), "sn5")


def test_a_supernode_leaves_the_backbone_and_its_nodes_before_it_goes_down_and_comes_back(
    rolled: Rolled,
) -> None:
    network, shell = network_with_key(rolled.ours.public_key), Ssh()
    sn5 = configured_machine(network, "sn5")
    assert isinstance(sn5, Supernode)
    rolled.says(PLAY)
    rolled.says(f"rm {GRE} && systemctl restart systemd-networkd")
    with _router(rolled.ours, sn5.tunnels[0], network.mesh.autonomous_system):
        sessions = {"bb1_4", "bb1_6"}
        awaited(lambda: established_sessions(shell, sn5) == sessions or None, 90, "both sessions are up")
        assert ailments(network, shell, sn5, (), frozenset(sessions)) == ()
        said: list[str] = []
        assert Roll(network, shell, (), said.append, Waits(1, 240, 1)).run((("sn5",),)) == ("sn5",)
        assert said == [
            "sn5: draining, BGP and fastd off, 1 s",
            "sn5: rebooting",
            "sn5: is back and does its work",
        ]
        assert established_sessions(shell, sn5) == sessions
    assert state_of(network, shell, sn5).verdict is KernelVerdict.CURRENT
    journal = rolled.says("journalctl --boot=-1 -o short-monotonic -u bird -u 'fastd-*' -u 'systemd-reboot*'")
    stopped = re.findall(r"Stopped (bird|fastd-mesh\d)\.service", journal)
    assert stopped[:2] == ["bird", "fastd-mesh0"]
    assert ailments(network, shell, sn5, ()) == ()
