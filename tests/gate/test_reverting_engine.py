"""``ffinfra revert`` with the engine behind it: applied, taken back in the checkout, and that applied too."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ffinfra.gate.applying import Applied
from tests.gate.gated_project import STACK, GatedProject
from tests.lab.plugins.engine import REPOSITORY

pytestmark = [pytest.mark.full, pytest.mark.long]


def commit(project: GatedProject, words: str) -> None:
    """Commit the checkout with its approvals and their outcomes, as people do after each change."""
    git(project, "add", "-A")
    git(project, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", words)


def git(project: GatedProject, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(project.root), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def revert(project: GatedProject, identifier: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ffinfra.cli", "revert", identifier, "--stack", STACK]
    return subprocess.run(
        [*command, "--project", str(project.root)], cwd=REPOSITORY, env=project.environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def through_the_gate(project: GatedProject, words: str) -> Applied:
    """Approve and apply what the checkout holds, and commit it."""
    project.approve()
    applied = project.apply()
    assert applied.outcome.complete, applied.talk
    commit(project, words)
    return applied


def test_a_change_is_applied_and_taken_back(project: GatedProject) -> None:
    git(project, "init", "-q", "-b", "main")
    project.motds(a="one", b="stays")
    through_the_gate(project, "first")
    project.motds(a="two", b="stays")
    changed = through_the_gate(project, "second").outcome.approval
    assert project.world() == {"a": "two", "b": "stays"}

    done = revert(project, changed[:12])
    assert (done.returncode, done.stdout) == (0, "__main__.py\n"), done.stderr
    assert f"files of approval {changed[:12]}. Next: git diff, ffinfra preview -s prod" in done.stderr
    assert project.world() == {"a": "two", "b": "stays"}
    assert [step.operation.value for step in project.prepared().steps] == ["update"]

    back = through_the_gate(project, "taken back")
    assert [one.urn for one in back.outcome.performed] == [project.urn("a")]
    assert project.world() == {"a": "one", "b": "stays"}
    assert git(project, "show", "HEAD:__main__.py") == git(project, "show", "HEAD~2:__main__.py")
