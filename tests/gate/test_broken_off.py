"""An apply that is killed between two resources is finished by a second one under the same approval."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ffinfra.gate import leftovers
from ffinfra.gate.update_run import MARK
from ffinfra.lab.plugins.package import install
from tests.gate.gated_project import STACK, GatedProject
from tests.gate.holding_relay import Hold, HoldingRelay, relayed
from tests.lab.plugins.clouds import PARENT_ID, Clouds, running
from tests.lab.plugins.engine import REPOSITORY, pulumi

pytestmark = pytest.mark.full

NAMES = ["g1", "g2", "g3", "g4"]
PROGRAM = """
import pulumi_hcloud as hcloud
before = None
for name in ("g1", "g2", "g3", "g4"):
    options = pulumi.ResourceOptions(depends_on=[before] if before else None)
    before = hcloud.PlacementGroup(name, name=name, type="spread", opts=options)
Host("last", "all groups are there", pulumi.ResourceOptions(depends_on=[before]))
"""


@dataclass
class World:
    project: GatedProject
    clouds: Clouds
    relay: HoldingRelay

    def groups(self) -> list[str]:
        """The names of what stands at the API, each as often as it stands there."""
        return sorted(one["name"] for one in self.clouds.call("GET", "/placement_groups")["placement_groups"])

    def posts(self) -> int:
        return sum(call == "POST /placement_groups" for call in self.clouds.asked())

    def start_apply(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ffinfra.cli", "apply", "-s", STACK]
        return subprocess.Popen(
            command, cwd=self.project.root, env=self.project.environment, stderr=subprocess.DEVNULL
        )


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with running(tmp_path) as clouds:
        endpoint = urlsplit(clouds.variables["HCLOUD_ENDPOINT"])
        relay = HoldingRelay(f"{endpoint.scheme}://{endpoint.netloc}", request.param, frozenset({"g3"}))
        with relayed(relay):
            address = f"http://127.0.0.1:{relay.port}{endpoint.path}"
            project = GatedProject(tmp_path / "gated", {**clouds.variables, "HCLOUD_ENDPOINT": address})
            python = REPOSITORY / ".venv" / "bin" / "python"
            install(project.folder / "home", pulumi=pulumi(), python=python)
            project.program(PROGRAM)
            project.approve()
            clouds.asked()
            yield World(project, clouds, relay)


def marked(approval: str) -> list[int]:
    """The processes that this approval's apply started and that are alive, the engine first."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={approval}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return sorted(found)


@pytest.mark.parametrize(
    ("world", "engine_too"),
    [
        pytest.param(Hold.BEFORE, True, id="all killed before the API heard of it"),
        pytest.param(
            Hold.AFTER, False, id="the engine orphaned after the API did it", marks=pytest.mark.long
        ),
    ],
    indirect=["world"],
)
def test_killed_between_two_resources(
    world: World, engine_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (approved,) = world.project.gate.store.all()
    identifier = approved.record.identifier
    killed = world.start_apply()
    assert world.relay.held.wait(400)
    orphans = marked(identifier)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    for process in orphans if engine_too else []:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    there = ["g1", "g2", "g3"] if world.relay.hold is Hold.AFTER else ["g1", "g2"]
    assert (world.groups(), world.project.world()) == (there, {})
    assert list((world.project.folder / "backend").glob(".pulumi/locks/**/*.json"))

    monkeypatch.setattr(leftovers, "GRACE", 1.0)
    applied = world.project.apply(identifier)

    assert (applied.outcome.complete, applied.outcome.failures) == (True, ()), applied.talk
    assert marked(identifier) == []
    assert world.groups() == NAMES
    assert world.posts() == len(NAMES)
    assert world.project.world() == {"last": "all groups are there"}
    settled = "found as 1000003, taken over" if world.relay.hold is Hold.AFTER else "not there, will be made"
    assert [sentence.split("::g3: ")[1] for sentence in applied.settled] == [settled]
    state = world.project.gate.situation().state
    assert (state.pending, state.last_approval) == ((), identifier)
    code, said = world.project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert code == 0, said


ZONES = """
import pulumi_hcloud as hcloud
from components.cloudflare_dns import DnsRecord, DnsRecordArgs
home = hcloud.Zone("home", name="example.org", mode="primary")
hcloud.ZoneRrset("www", zone=home.name, name="www", type="A", records=[{{"value": "192.0.2.1"}}])
hcloud.Zone("held", name="example.net", mode="primary")
DnsRecord(
    "record",
    DnsRecordArgs(zone_id="{parent}", name="www.musterstadt.example", type="A", content="192.0.2.1", ttl=300),
    pulumi.ResourceOptions(),
)
"""


@pytest.mark.long
def test_the_kinds_of_a_switch_are_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zone, an RRset and a record of the parent were all being made when everything was killed: none twice."""
    monkeypatch.setattr(leftovers, "GRACE", 1.0)
    with running(tmp_path) as clouds:
        hetzner, cloudflare = (
            urlsplit(clouds.variables[name]) for name in ("HCLOUD_ENDPOINT", "CLOUDFLARE_BASE_URL")
        )
        before = HoldingRelay(f"http://{hetzner.netloc}", Hold.AFTER, frozenset({"example.net", "www"}))
        parent = HoldingRelay(
            f"http://{cloudflare.netloc}", Hold.AFTER, frozenset({"www.musterstadt.example"})
        )
        with relayed(before), relayed(parent):
            there = {
                "HCLOUD_ENDPOINT": f"http://127.0.0.1:{before.port}{hetzner.path}",
                "CLOUDFLARE_BASE_URL": f"http://127.0.0.1:{parent.port}{cloudflare.path}",
            }
            project = GatedProject(tmp_path / "gated", {**clouds.variables, **there})
            install(project.folder / "home", pulumi=pulumi(), python=REPOSITORY / ".venv" / "bin" / "python")
            project.program(ZONES.format(parent=PARENT_ID))
            identifier = project.approve().record.identifier
            clouds.asked()
            killed = World(project, clouds, before).start_apply()
            assert before.held.wait(400)
            assert parent.held.wait(400)
            for process in [killed.pid, *marked(identifier)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            killed.wait()

            applied = project.apply(identifier)

            assert (applied.outcome.complete, applied.outcome.failures) == (True, ()), applied.talk
            told = sorted(sentence.split("::")[-1].split(" as ")[0] for sentence in applied.settled)
            assert told == ["held: found", "record: found", "www: found"]
            made = sorted(call for call in clouds.asked() if call.startswith("POST"))
            assert len(made) == 4, made
            code, said = project.pulumi("preview", "--refresh", "--expect-no-changes")
            assert code == 0, said
