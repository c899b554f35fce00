"""HostConfig through the real engine: preview line by line, up, drift, refusal, and secrets that stay secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hosts.isolation import needs
from tests.hosts.samples import TRANSFER_SECRET, UPDATE_SECRET
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = pytest.mark.full

PROGRAM = """\
import sys
sys.path.insert(0, {repository!r})
from pathlib import Path
import pulumi
from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.resource_inputs import to_inputs
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

class HostConfig(pulumi.CustomResource):
    def __init__(self, name, properties):
        super().__init__("freifunk:index:HostConfig", name, properties)

inputs = to_inputs(render_host(sample_network(), "ns1", sample_secrets(), sample_zones()))
knot = inputs["files"]["/etc/knot/knot.conf"]
knot["content"] = knot["content"].replace("slip: 1", Path("slip").read_text())
inputs["secretFiles"] = pulumi.Output.secret(inputs["secretFiles"])
HostConfig("ns1", {{**inputs, "transport": {{"kind": "directory", "path": {root!r}}}}})
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    needs("unshare", "knotc", "nft", "sshd", "visudo", "systemd-analyze")
    made = Engine(tmp_path / "engine")
    plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
    (made.project / "Pulumi.yaml").write_text(
        json.dumps({"name": "example", "runtime": "python", "plugins": plugins})
    )
    made.program(PROGRAM.format(repository=str(REPOSITORY), root=str(tmp_path / "hosts")))
    (made.project / "slip").write_text("slip: 1")
    made.init()
    return made


def test_a_nameservers_life_in_the_engine(engine: Engine, tmp_path: Path) -> None:
    place = tmp_path / "hosts/ns1"
    said = engine.run("preview", "--diff")
    assert not place.exists()
    assert TRANSFER_SECRET not in said
    engine.up()
    assert (place / "etc/knot/keys.conf").stat().st_mode & 0o777 == 0o600
    assert "2 unchanged" in engine.run("preview", "--refresh", "--expect-no-changes")
    exported = engine.run("stack", "export")
    assert TRANSFER_SECRET not in exported
    assert UPDATE_SECRET not in exported

    (engine.project / "slip").write_text("slip: 2")
    said = engine.run("preview", "--diff")
    lines = {" ".join(line.split()) for line in said.splitlines()}
    assert {"- slip: 1", "+ slip: 2"} <= lines
    assert "nftables.conf" not in said

    (engine.project / "slip").write_text("slip: often")
    said = engine.up(fails=True)
    assert "ns1: /etc/knot/knot.conf is refused by knotc: error" in said
    assert "Traceback" not in said
    assert "slip: 1" in (place / "etc/knot/knot.conf").read_text()

    (engine.project / "slip").write_text("slip: 1")
    (place / "etc/nftables.conf").write_text("flush ruleset\n")
    said = engine.run("preview", "--refresh", "--diff")
    assert "flush ruleset" in said
    engine.up("--refresh")
    assert "policy drop" in (place / "etc/nftables.conf").read_text()

    engine.run("destroy", "--yes", "--skip-preview")
    assert [path for path in place.rglob("*") if path.is_file()] == []
