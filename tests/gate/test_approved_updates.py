"""What gets past a fitting approval by plain Pulumi, by a swap in the last moment, and by using it again: nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffinfra.gate import applying
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.gate.update_run import UpdateResult, run_update
from tests.gate.gated_project import STACK, GatedProject

pytestmark = pytest.mark.full

BEFORE = {"a": "first", "b": "first"}
PROGRAM = 'Host("a", os.environ.get("MOTD", "second"))\nHost("b", "first")\n'
GATE = f"urn:pulumi:{STACK}::ffinfra::freifunk:index:GateRecord::gate"
SKIP = ("up", "--yes", "--skip-preview")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> GatedProject:
    """Two hosts that came through the gate; an update of one is approved. The tests go on from one another."""
    made = GatedProject(tmp_path_factory.mktemp("approved") / "gated")
    made.brought_up(**BEFORE)
    made.program(PROGRAM)
    made.approve()
    return made


def identifier(project: GatedProject) -> str:
    """The approval made last."""
    return project.gate.store.all()[-1].record.identifier


@pytest.fixture
def refused(project: GatedProject) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        code, said = project.pulumi(*arguments, FFINFRA_APPROVAL=identifier(project))
        assert (code != 0, project.world()) == (True, BEFORE), said
        return said

    return run


def not_held(project: GatedProject) -> str:
    return f"approval {identifier(project)[:12]} does not hold this step"


def test_live_an_api_that_does_not_answer_refuses_the_apply(project: GatedProject) -> None:
    """Only where it was asked for: the tests below apply the same approval without it."""
    project.environment["HCLOUD_ENDPOINT"] = "http://127.0.0.1:9"
    with pytest.raises(
        ApprovalRefusedError, match="now: preflight: Hetzner could not be asked: its API does not"
    ):
        project.apply(identifier(project), live=True)
    del project.environment["HCLOUD_ENDPOINT"]
    assert project.world() == BEFORE


def not_noted_or_held(project: GatedProject, said: str) -> bool:
    return "cannot be noted in the state" in " ".join(said.split()) or not_held(project) in said


def test_another_config_file(project: GatedProject, refused: Callable[..., str]) -> None:
    other = project.root / "other.yaml"
    text = (project.root / f"Pulumi.{STACK}.yaml").read_text()
    other.write_text(text.replace("monthly_budget: 240", "monthly_budget: 241"))
    said = refused(*SKIP, "--config-file", "other.yaml")
    assert "changed since the approval: the configuration of the stack" in said
    other.unlink()


def test_target_that_leaves_no_note(project: GatedProject, refused: Callable[..., str]) -> None:
    """The use would not stand in the state, and the approval could be used again."""
    assert not_noted_or_held(project, refused(*SKIP, "--target", project.urn("a")))


def test_replace(project: GatedProject, refused: Callable[..., str]) -> None:
    assert not_held(project) in refused(*SKIP, "--replace", project.urn("a"))


def test_destroy(project: GatedProject, refused: Callable[..., str]) -> None:
    assert "hook" in refused("destroy", "--yes", "--skip-preview")


def test_destroy_that_runs_the_program(project: GatedProject, refused: Callable[..., str]) -> None:
    """The note of the use would go too; whichever of both reasons is found first."""
    assert not_noted_or_held(project, refused("destroy", "--yes", "--skip-preview", "--run-program"))


def test_swaps_between_the_verification_and_the_update(
    project: GatedProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After apply has verified: signatures gone, another record in its place, another plan and another world."""
    project.environment["MOTD"] = "evil"
    evil = project.gate.engine.preview(approval=identifier(project)).plan
    del project.environment["MOTD"]
    assert evil is not None
    approvals, kept = project.root / "approvals", tmp_path / "kept"
    said: list[str] = []

    def swapped(engine: Any, plan: str, approval: str, watch: Any) -> UpdateResult:
        shutil.copytree(approvals, kept)
        for swap in (_without_signatures, _with_another_record):
            swap(approvals / STACK, approval)
            said.append(run_update(engine, plan, approval, watch).talk)
            assert project.world() == BEFORE
            shutil.rmtree(approvals)
            shutil.copytree(kept, approvals)
        engine.environment["MOTD"] = "evil"
        result = run_update(engine, evil, approval, watch)
        said.append(result.talk)
        return result

    monkeypatch.setattr(applying, "run_update", swapped)
    applied = project.apply(identifier(project))
    del project.environment["MOTD"]
    assert (applied.outcome.complete, project.world()) == (False, BEFORE)
    assert [one.operation for one in applied.outcome.not_performed] == ["update"]
    unsigned, edited, other_plan = said
    assert "0 of 1 signatures hold" in unsigned
    assert "does not hold the record that its name says" in edited
    assert not_held(project) in other_plan


def _file(folder: Path, approval: str, ending: str) -> Path:
    (found,) = folder.glob(f"*-{approval[:12]}.{ending}")
    return found


def _without_signatures(folder: Path, approval: str) -> None:
    _file(folder, approval, "*.sig").unlink()


def _with_another_record(folder: Path, approval: str) -> None:
    file = _file(folder, approval, "record.json")
    other = {**json.loads(file.read_text()), "expires": "2036-01-01T00:00:00Z"}
    file.write_text(f"{json.dumps(other, sort_keys=True, separators=(',', ':'))}\n")


def test_the_approved_step_alone_passes(project: GatedProject) -> None:
    """And with it the approval is used up, whatever the notes beside it say, here and in another clone."""
    used = identifier(project)
    targets = ("--target", project.urn("a"), "--target", GATE)
    code, said = project.pulumi(*SKIP, *targets, FFINFRA_APPROVAL=used)
    assert (code, project.world()) == (0, {"a": "second", "b": "first"}), said
    note = _file(project.root / "approvals" / STACK, used, "outcome.json")
    assert json.loads(note.read_text())["complete"] is False
    closed = project.apply(used)
    assert (closed.outcome.complete, closed.talk) == (True, "everything that was approved is done")
    with pytest.raises(ApprovalRefusedError, match="it was used already"):
        project.apply(used)
    note.unlink()
    code, said = project.pulumi(*SKIP, FFINFRA_APPROVAL=used)
    assert code != 0
    assert "it was used already" in said


def test_a_step_that_fails_is_told_and_gone_on_with(project: GatedProject) -> None:
    """One host fails in the middle: what was done, what was not, and the next preview starts from there."""
    project.motds(a="third", b="first", c="new")
    project.approve()
    in_the_way = project.hosts / "c"
    in_the_way.write_text("")
    applied = project.apply()
    told = [
        [f"{one.operation} {one.urn.split('::')[-1]}" for one in part]
        for part in (applied.outcome.performed, applied.outcome.not_performed)
    ]
    assert (applied.outcome.complete, told) == (False, [["update a"], ["create c"]])
    assert [one.split("::")[-1] for one in applied.outcome.failures] == ["c"]
    (left,) = project.gate.preview().changes.effective
    assert (left.operation, left.name) == ("create", "c")
    in_the_way.unlink()
    again = project.apply(applied.stored.record.identifier)
    assert (again.outcome.complete, again.outcome.not_performed) == (True, ()), again.talk
    assert project.world() == {"a": "third", "b": "first", "c": "new"}
