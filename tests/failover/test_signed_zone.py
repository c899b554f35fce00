"""The whole ``ffinfra failover`` of a signed zone: real engine, gate, signing knotd, validating unbound, a visitor.

The fallback has no signatures, so the switch takes its stages: DS out, wait, nameservers; and back in reverse. Only
the TTLs are seconds.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.daemons.knot import KEY_SECRET
from tests.daemons.projects import make_project
from tests.dns.delegation.signed_world import (
    FALLBACK,
    KEY_NAME,
    OWN,
    PARENT,
    PARENT_ZONE,
    ZONE,
    ZONE_TEXT,
    Drill,
    signed_world,
)
from tests.failover.waivers import own_nameservers_waived
from tests.gate.gated_project import ADMIN, GatedProject
from tests.lab.plugins.engine import REPOSITORY

pytestmark = [pytest.mark.full, pytest.mark.long]

STACK = "failover"
SECONDS = 900
"""For one run, on a machine that does a lot else."""


@dataclass(frozen=True)
class Night:
    """The servers, and a project of this very program that stands for them."""

    drill: Drill
    project: GatedProject

    def failover(self, mode: str) -> tuple[Mapping[str, Any], str]:
        """Run the command in the servers' namespace: its result, and what it said to people."""
        variables = [f"{name}={value}" for name, value in self.project.environment.items()]
        command = [
            # In CI nobody pins the first signers by using them; this administrator sits at a laptop.
            *(
                "env",
                "-u",
                "CI",
                "-C",
                str(self.project.root),
                *variables,
                sys.executable,
                "-m",
                "ffinfra.cli",
            ),
            *("failover", "--to", mode, "--approve", "--key", str(self.project.key(ADMIN))),
            *("--hints", "named.root", "--no-ipv6", "--json"),
        ]
        out, said = (self.drill.folder / f"{mode}.{stream}" for stream in ("out", "said"))
        line = f"exec {shlex.join(command)} > {out} 2> {said}"
        run = self.drill.isolated.start("sh", "-c", line, log=self.drill.folder / f"{mode}.log")
        code = run.wait(SECONDS)
        assert code == 0, f"{code}\n{out.read_text()}{said.read_text()}"
        told: Mapping[str, Any] = json.loads(out.read_text())
        return told, said.read_text()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """The zone at rest, signed, and a visitor who gets authentic answers."""
    with signed_world(tmp_path) as drill:
        yield Night(drill, _project(tmp_path / "gated", drill.document))


def _project(folder: Path, document: Mapping[str, Any]) -> GatedProject:
    gated = GatedProject(folder)
    shutil.rmtree(gated.root / "dns")
    make_project(gated.root, {ZONE[:-1]: ZONE_TEXT}, parent=PARENT_ZONE[:-1], own=OWN, fallback=FALLBACK)
    provider = {"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}
    program = {"name": "ffinfra", "runtime": "python", "plugins": {"providers": [provider]}}
    (gated.root / "Pulumi.yaml").write_text(json.dumps(program))
    shutil.copy2(REPOSITORY / "__main__.py", gated.root)
    (gated.root / "dns" / "delegations.yaml").write_text(yaml.safe_dump(dict(document)))
    (gated.root / f"Pulumi.{STACK}.yaml").write_text("config:\n  ffinfra:mode: primary\n")
    assert gated.pulumi("stack", "init", STACK)[0] == 0
    for secret in (f"ffinfra:gateKey={'0123456789abcdef' * 4}", f"ffinfra:tsig.{KEY_NAME}={KEY_SECRET}"):
        said = gated.pulumi("config", "set-all", "--stack", STACK, "--path", "--secret", secret)
        assert said[0] == 0, said
    waivers = own_nameservers_waived(f"ns*.{ZONE[:-1]}")
    (gated.root / "waivers.yaml").write_text(yaml.safe_dump({"waivers": waivers}))
    (gated.root / "named.root").write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {PARENT}\n")
    return gated


def test_a_validating_visitor_never_sees_a_failure_there_and_back(night: Night) -> None:
    told, said = night.failover("primary")
    assert (told["changed"], told["converged"]) == (True, True), said

    told, said = night.failover("fallback")
    assert (told["changed"], told["converged"], told["eta_seconds"]) == (True, True, 4 + 302)
    assert "in stages: 0 s: DS of mesh.net.example out of the parent" in said
    assert "trust published -> withdrawn" in said
    assert "4 s until: mode primary -> fallback (no cache may hold a DS or a key any more)" in said
    night.drill.await_answers(authentic=False)

    told, said = night.failover("primary")
    assert (told["changed"], told["converged"]) == (True, True), said
    assert "4 s until: DS of mesh.net.example into the parent" in said
    night.drill.await_answers(authentic=True)

    seen = night.drill.answers()
    assert {rcode for rcode, _ in seen} == {"NOERROR", "NXDOMAIN"}
    assert len(seen) > 100
