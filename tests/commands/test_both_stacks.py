"""Both stacks with one signature, the fallback first; then a switch that was signed ahead outlives other work."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.gate.gated_project import ADMIN, GatedProject
from tests.lab.plugins.engine import REPOSITORY

pytestmark = pytest.mark.full

PROGRAM = """
if pulumi.get_stack() == "failover":
    from components import failover
    from components.settings import read_settings
    failover.declare_delegations(read_settings(project))
else:
    Host("sn1", "up")
"""
BY_HAND = [
    ("backend: cloudflare", "backend: manual\n  page: https://registrar.example/domains"),
    ("fallback_backend: hetzner", "fallback_backend: friend"),
]
"""A registrar and a friend have no API: the stack notes what a person is to do."""

Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> GatedProject:
    made = GatedProject(
        tmp_path_factory.mktemp("both") / "gated",
        {"FFINFRA_PASSPHRASE_FAILOVER": "x"},
    )
    shutil.copy2(REPOSITORY / "Pulumi.failover.yaml", made.root)
    delegations = made.root / "dns" / "delegations.yaml"
    text = re.sub(r" *zone_id: .*\n", "", delegations.read_text())
    for old, new in BY_HAND:
        assert old in text
        text = text.replace(old, new)
    delegations.write_text(text)
    made.add_stack("failover")
    made.program(PROGRAM)
    return made


@pytest.fixture
def ffinfra(project: GatedProject) -> Command:
    def run(*arguments: str) -> tuple[int, Any, str]:
        done = subprocess.run(
            [sys.executable, "-m", "ffinfra.cli", *arguments, "--json"],
            cwd=project.root, env=project.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout or "null"), done.stderr

    return run


def signatures(project: GatedProject) -> list[str]:
    return [file.read_text() for file in sorted((project.root / "approvals").glob("*/*.sig"))]


def test_one_signature_and_the_fallback_first(project: GatedProject, ffinfra: Command) -> None:
    code, form, said = ffinfra("approve", "--all", "--key", str(project.key(ADMIN)))
    assert code == 0, said
    assert [(one["stack"], one["signatures"]) for one in form["approvals"]] == [("failover", 1), ("prod", 1)]
    one, other = signatures(project)
    assert one == other
    code, form, said = ffinfra("apply", "--all")
    assert code == 0, said
    assert [(part["stack"], part["complete"]) for part in form["applied"]] == [
        ("failover", True),
        ("prod", True),
    ]
    assert project.world() == {"sn1": "up"}
    assert "standby: nothing lies ready for a switch to fallback (no switch was signed ahead)" in said


def test_a_standby_outlives_other_work(project: GatedProject, ffinfra: Command) -> None:
    code, form, _ = ffinfra("status", "-s", "failover")
    assert (code, form["mode"], form["standby_missing"]) == (3, "primary", "no switch was signed ahead")
    ahead = ("approve", "--standby", "fallback", "-s", "failover", "--key", str(project.key(ADMIN)))
    code, signed, said = ffinfra(*ahead)
    assert code == 0, said

    file = project.root / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("monthly_budget: 240", "monthly_budget: 241"))
    (project.root / "README.md").write_text("new\n")
    (project.root / "waivers.yaml").write_text("waivers: []\n")
    code, form, said = ffinfra("status", "-s", "failover")
    assert (code, form["standby_missing"], form["standby_until"]) == (0, "", signed["expires"]), said

    project.pulumi("config", "set", "mode", "fallback", "-s", "failover")
    code, form, said = ffinfra("apply", "-s", "failover")
    assert code == 0, said
    assert form["approval"] == signed["approval"]
    assert {step.split(" ")[0] for step in form["performed"]} == {"update"}
    assert "standby: nothing lies ready for a switch to primary (no switch was signed ahead)" in said


def test_what_is_said_where_nothing_waits(ffinfra: Command) -> None:
    code, _, said = ffinfra("apply", "--all")
    assert (code, said.splitlines()[-1]) == (4, "refused: no approval waits. Run ffinfra approve --all")


@pytest.mark.parametrize("more", [("-s", "prod"), ("--standby", "fallback"), ("abcdef0123",)])
def test_all_is_all(ffinfra: Command, more: tuple[str, ...]) -> None:
    code, form, _ = ffinfra("approve", "--all", *more)
    assert (code, form["problems"][0]["file"]) == (2, "--all")
