"""What gets past an approval that is real: nothing that was not shown; a rule is broken only with a trace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ffinfra.gate.approving import approve, prepare
from ffinfra.gate.record import Override
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.problems import OperationalError
from tests.gate.gated_project import ADMIN, STACK, GatedProject

BEFORE = {"a": "first"}
TWO_FACED = """
dry = pulumi.runtime.is_dry_run()
Host("a", "second" if dry else "evil")
if not dry:
    Host("evil", "x")
"""
BY_ENVIRONMENT = 'Host("a", os.environ.get("MOTD", "second"))\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> GatedProject:
    """One host that came through the gate."""
    made = GatedProject(tmp_path_factory.mktemp("attacks") / "gated")
    made.brought_up(**BEFORE)
    return made


def approved(project: GatedProject) -> str:
    """The identifier of a fresh approval of what a preview shows."""
    return project.approve().record.identifier


def ffinfra(project: GatedProject, *arguments: str) -> tuple[int, Any]:
    """The command line with --json: its code, and what it printed."""
    command = [sys.executable, "-m", "ffinfra.cli", *arguments, "--stack", STACK, "--json"]
    done = subprocess.run(
        command, cwd=project.root, env=project.environment, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout or "null")


@pytest.mark.full
def test_a_program_with_two_faces(project: GatedProject) -> None:
    """It shows one thing in the preview; in the update it does another, and declares one resource more."""
    project.program(TWO_FACED)
    identifier = approved(project)
    code, said = project.pulumi("up", "--yes", "--skip-preview", FFINFRA_APPROVAL=identifier)
    assert code != 0
    assert f"approval {identifier[:12]} does not hold this step with these inputs" in said
    assert project.world() == BEFORE


@pytest.mark.full
def test_a_variable_of_the_environment_that_changed(project: GatedProject) -> None:
    project.program(BY_ENVIRONMENT)
    identifier = approved(project)
    project.environment["MOTD"] = "evil"
    try:
        with pytest.raises(ApprovalRefusedError, match="the plan differs from what was approved: update a"):
            project.apply(identifier)
    finally:
        del project.environment["MOTD"]
    assert project.world() == BEFORE


@pytest.mark.full
def test_a_configuration_that_changed(project: GatedProject) -> None:
    project.motds(a="second")
    identifier = approved(project)
    file = project.root / f"Pulumi.{STACK}.yaml"
    before = file.read_text()
    file.write_text(before.replace("monthly_budget: 240", "monthly_budget: 241"))
    code, said = project.pulumi("up", "--yes", "--skip-preview", FFINFRA_APPROVAL=identifier)
    file.write_text(before)
    assert code != 0
    assert "changed since the approval: the configuration of the stack" in said
    assert project.world() == BEFORE


@pytest.mark.full
def test_a_rule_that_is_broken_leaves_its_trace(tmp_path: Path) -> None:
    """A rule blocks; it is overridden by name; every preview says so until a signer acknowledges it."""
    project = GatedProject(tmp_path / "gated")
    (project.root / "gate_rules.py").write_text(
        "from ffinfra.gate.rules.rule import Hit\n"
        "def never(context):\n"
        "    yield Hit('never', [change.urn for change in context.changes.effective])\n"
    )
    project.motds(**BEFORE)
    gate = project.gate
    preview = gate.preview()
    with pytest.raises(OperationalError, match="is blocked and cannot be approved"):
        prepare(gate, preview, preview.context.now)
    override = Override(rules=("own-never",), reason="all is down tonight")
    approve(gate, prepare(gate, preview, preview.context.now, override=override), project.key(ADMIN))
    applied = project.apply()
    assert (applied.outcome.complete, project.world()) == (True, BEFORE)
    identifier = applied.stored.record.identifier
    code, form = ffinfra(project, "preview")
    assert code == 3
    said = [one["reason"] for one in form["findings"] if one["rule"] == "glass-broken"]
    assert [one.split(" UTC ")[1] for one in said] == ["own-never was overridden: all is down tonight"]
    acknowledged = ("log", "--acknowledge", identifier[:12], "--key")
    assert ffinfra(project, *acknowledged, str(project.key("mallory")))[0] == 1
    code, form = ffinfra(project, *acknowledged, str(project.key(ADMIN)))
    assert (code, form["holds"]) == (0, True)
    (entry,) = form["entries"]
    assert (entry["standing"], entry["signers"], entry["performed"]) == ("applied", [ADMIN], 2)
    assert ("create", "a") in [(step["operation"], step["name"]) for step in entry["performed_steps"]]
    assert (entry["override"], entry["acknowledged"]) == (["own-never"], True)

    (project.hosts / "a" / "etc" / "motd").write_text("somebody else\n")
    (project.root / "gate_rules.py").unlink()
    code, form = ffinfra(project, "drift")
    assert (code, form["waiting"], form["standby"]) == (3, 0, "")
    assert [(one["operation"], one["name"]) for one in form["drifted"]] == [("update", "a")]
