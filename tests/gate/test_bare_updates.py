"""What plain Pulumi is refused without an approval: nothing is performed, and the state stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.gate.gated_project import STACK, GatedProject

pytestmark = pytest.mark.full

BEFORE = {"a": "first", "b": "first"}
NO_APPROVAL = "there is no approval for stack prod"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> GatedProject:
    """Two hosts that came through the gate; no test changes them."""
    project = GatedProject(tmp_path_factory.mktemp("bare") / "gated")
    project.passage(**BEFORE)
    return project


@pytest.fixture
def refused(applied: GatedProject) -> Iterator[Callable[..., str]]:
    state = applied.state()

    def run(*arguments: str) -> str:
        code, said = applied.pulumi(*arguments)
        assert code != 0, said
        return said

    yield run
    applied.motds(**BEFORE)
    assert (applied.state(), applied.world()) == (state, BEFORE)


def test_the_passage_performed_what_was_approved(applied: GatedProject) -> None:
    assert applied.world() == BEFORE
    (stored,) = applied.gate.store.all()
    assert stored.outcome is not None
    steps = [f"{step.operation} {step.urn.split('::')[-1]}" for step in stored.outcome.performed]
    assert (stored.outcome.complete, sorted(steps)) == (True, ["create a", "create b", "create default"])


def test_without_a_change(refused: Callable[..., str]) -> None:
    assert NO_APPROVAL in refused("up", "--yes")


@pytest.mark.parametrize("more", [[], ["--skip-preview"]], ids=["up", "up --skip-preview"])
def test_up_with_a_change(applied: GatedProject, refused: Callable[..., str], more: list[str]) -> None:
    applied.motds(a="second", b="first", c="new")
    assert NO_APPROVAL in refused("up", "--yes", *more)


def test_up_replace(applied: GatedProject, refused: Callable[..., str]) -> None:
    assert NO_APPROVAL in refused("up", "--yes", "--skip-preview", "--replace", applied.urn("a"))


def test_up_target(applied: GatedProject, refused: Callable[..., str]) -> None:
    applied.motds(a="second", b="second")
    assert NO_APPROVAL in refused("up", "--yes", "--skip-preview", "--target", applied.urn("a"))


def test_up_with_another_config_file(applied: GatedProject, refused: Callable[..., str]) -> None:
    other = applied.root / "other.yaml"
    shutil.copy(applied.root / f"Pulumi.{STACK}.yaml", other)
    other.write_text(other.read_text().replace("monthly_budget: 240", "monthly_budget: 241"))
    assert "monthly_budget: 241" in other.read_text()
    assert NO_APPROVAL in refused("up", "--yes", "--skip-preview", "--config-file", "other.yaml")
    other.unlink()


def test_deletion_of_what_left_the_program(applied: GatedProject, refused: Callable[..., str]) -> None:
    applied.motds(a="first")
    assert NO_APPROVAL in refused("up", "--yes", "--skip-preview")


def test_destroy(refused: Callable[..., str]) -> None:
    assert "hook" in refused("destroy", "--yes", "--skip-preview")


def test_destroy_that_runs_the_program(refused: Callable[..., str]) -> None:
    assert NO_APPROVAL in refused("destroy", "--yes", "--skip-preview", "--run-program")


def test_destroy_of_one(applied: GatedProject, refused: Callable[..., str]) -> None:
    said = refused("destroy", "--yes", "--skip-preview", "--target", applied.urn("b"))
    assert "hook" in said
