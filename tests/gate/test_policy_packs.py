"""A project's own policy pack judges every preview that the gate takes; the pack and the engine are real."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ffinfra.gate.policy_packs import policy_packs
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.problems import InvalidInputError, OperationalError
from tests.gate.gated_project import GatedProject
from tests.gate.policies import BIN, COMMUNITY

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> GatedProject:
    """One host that came through the gate before there was a pack. The tests go on from one another."""
    pytest.importorskip("pulumi_policy")
    made = GatedProject(tmp_path_factory.mktemp("policed") / "gated")
    made.environment["PATH"] = os.pathsep.join([str(BIN), made.environment["PATH"]])
    made.passage(a="first")
    return made


def said(project: GatedProject) -> list[str]:
    """What the pack says of the present change."""
    findings = project.gate.preview().verdict.findings
    return [f"{one.severity}: {one.reason}" for one in findings if one.rule == "policy-packs"]


def test_a_pack_that_is_put_beside_a_change_makes_its_approval_useless(project: GatedProject) -> None:
    """An approval binds the packs that judged what it approves."""
    project.motds(a="second!")
    stored = project.approve()
    shutil.copytree(COMMUNITY, project.root / "policies" / "community")
    assert policy_packs(project.root) == (project.root / "policies" / "community",)
    with pytest.raises(ApprovalRefusedError, match="changed since the approval: the program"):
        project.apply(stored.record.identifier)


def test_what_a_policy_forbids_is_neither_approved_nor_applied(project: GatedProject) -> None:
    assert said(project) == ["block: community quiet-greeting (mandatory): No shouting: a shouts"]
    with pytest.raises(OperationalError, match="blocked and cannot be approved"):
        project.approve()
    assert project.world() == {"a": "first"}


def test_what_the_policies_permit_passes(project: GatedProject) -> None:
    project.passage(a="second")
    assert project.world() == {"a": "second"}


def test_a_pack_that_does_not_start_lets_nothing_pass(project: GatedProject) -> None:
    (project.root / "policies" / "community" / "__main__.py").write_text("raise SystemExit(1)\n")
    with pytest.raises(OperationalError, match=r"the preview of prod failed before it began: .*policy pack"):
        project.gate.preview()


@pytest.mark.parametrize("name", ["PulumiPolicy.yaml", "a/PulumiPolicy.yml", "a/b/PulumiPolicy.yaml"])
def test_a_pack_that_would_judge_nothing_is_told(tmp_path: Path, name: str) -> None:
    file = tmp_path / "policies" / name
    file.parent.mkdir(parents=True)
    file.touch()
    with pytest.raises(InvalidInputError) as raised:
        policy_packs(tmp_path)
    assert str(raised.value) == (
        f"policies/{name}: is not where a policy pack is looked for, and would judge nothing."
        " Call it policies/NAME/PulumiPolicy.yaml"
    )


def test_a_project_without_packs(tmp_path: Path) -> None:
    (tmp_path / "policies" / "notes").mkdir(parents=True)
    assert policy_packs(tmp_path) == ()


@pytest.mark.parametrize("main", ["..", "/tmp", "src/../../elsewhere"])
def test_a_pack_whose_program_lies_elsewhere_is_refused(tmp_path: Path, main: str) -> None:
    """Nothing would bind that program."""
    pack = tmp_path / "policies" / "community" / "PulumiPolicy.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(f"name: community\nruntime: python\nmain: {main}\n")
    with pytest.raises(InvalidInputError, match="names a program outside of its folder"):
        policy_packs(tmp_path)
    pack.write_text("name: community\nruntime: python\nmain: src\n")
    assert policy_packs(tmp_path) == (pack.parent,)
