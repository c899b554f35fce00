"""The whole ``ffinfra failover`` where a person changes the parent: real engine, gate and nameservers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.daemons.projects import make_project
from tests.dns.check.live_world import NS1, NS2, ROOT, Served, World, apex, world
from tests.failover.waivers import own_nameservers_waived
from tests.gate.gated_project import ADMIN, GatedProject
from tests.lab.plugins.engine import REPOSITORY

pytestmark = pytest.mark.full

UP, OWN, WARM = "127.0.53.15", "127.0.53.16", "127.0.53.17"
ZONE = "mesh.up.test"
CONTENT = Served(apex(ZONE, {"ns1": NS1}, ["www A 192.0.2.80"]))
STACK = "failover"


def parent_zone(*nameservers: str) -> Served:
    lines = [f"@ NS ns1.up.test.\nns1.up.test. A {UP}", *(f"{ZONE}. NS {name}." for name in nameservers)]
    return Served("\n".join(lines))


@dataclass(frozen=True)
class Registrar:
    """The parent's nameserver, and the page where a person changes what it says."""

    folder: Path

    def enter(self, *nameservers: str) -> None:
        """Make these the zone's nameservers."""
        (self.folder / "up.test.zone").write_text(parent_zone(*nameservers).text("up.test"))
        command = ["knotc", "-b", "-s", str(self.folder / "knot.sock"), "zone-reload", "up.test."]
        subprocess.run(command, check=True, capture_output=True, timeout=20)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[World]:
    """Own nameservers and the friend's with the same zone, below a parent that names the own ones."""
    (tmp_path / "world").mkdir()
    with world(tmp_path / "world") as built:
        for address in (NS1, OWN, NS2, WARM):
            built.serve(address, {ZONE: CONTENT})
        built.serve(UP, {"up.test": parent_zone("own0.example", "own1.example")})
        built.delegate("up.test", {"ns1": UP})
        built.serve_top()
        yield built


@pytest.fixture
def project(tmp_path: Path) -> GatedProject:
    """A project of this very program, whose fallback is a friend and whose parent has no API."""
    gated = GatedProject(tmp_path / "gated")
    shutil.rmtree(gated.root / "dns")
    make_project(
        gated.root, {ZONE: CONTENT.text(ZONE)}, parent="up.test", own=(NS1, OWN), fallback=(NS2, WARM)
    )
    (gated.root / "Pulumi.yaml").write_text(
        json.dumps(
            {
                "name": "ffinfra",
                "runtime": "python",
                "plugins": {
                    "providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]
                },
            }
        )
    )
    shutil.copy2(REPOSITORY / "__main__.py", gated.root)
    file = gated.root / "dns" / "delegations.yaml"
    document = yaml.safe_load(file.read_text())
    page = "https://registrar.example/domains"
    document["parent"] = {"zone": "up.test", "backend": "manual", "ttl": 300, "page": page}
    document["fallback_backend"] = "friend"
    file.write_text(yaml.safe_dump(document))
    (gated.root / f"Pulumi.{STACK}.yaml").write_text("config:\n  ffinfra:mode: primary\n")
    gated.add_stack(STACK)
    (gated.root / "waivers.yaml").write_text(
        yaml.safe_dump({"waivers": own_nameservers_waived("own*.example")})
    )
    (gated.root / "named.root").write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {ROOT}\n")
    return gated


def test_the_exact_change_is_told_and_awaited(servers: World, project: GatedProject) -> None:
    registrar = Registrar(servers.folder / UP)
    command = [
        *(sys.executable, "-m", "ffinfra.cli", "failover", "--approve", "--key", str(project.key(ADMIN))),
        *("--hints", "named.root", "--port", str(servers.port), "--no-ipv6", "--json"),
    ]
    with subprocess.Popen(
        command, cwd=project.root, env=project.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stderr is not None
        said: list[str] = []
        for line in run.stderr:
            said.append(line.rstrip("\n"))
            if line.startswith("waiting until the parent says so"):
                break
        registrar.enter("fb0.example", "fb1.example")
        out, rest = run.communicate(timeout=120)
    assert run.returncode == 0, "\n".join([*said, rest])
    assert said[-6:] == [
        f"{ZONE}. in up.test., by hand at https://registrar.example/domains (TTL 300 s, if it can be chosen):",
        "  enter  nameserver fb0.example",
        "  enter  nameserver fb1.example",
        "  remove nameserver own0.example",
        "  remove nameserver own1.example",
        "waiting until the parent says so; Ctrl-C, and the same command later, is fine",
    ]
    told = json.loads(out)
    assert (told["target"], told["changed"], told["converged"]) == ("fallback", True, True)
