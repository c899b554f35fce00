"""The workflows: commands that exist, nothing of a stranger's in a command, secrets only on main."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.setup.actionlint import PROGRAM

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = (ROOT / ".github/workflows/preview.yml", ROOT / ".forgejo/workflows/preview.yml")
COMMANDS = {
    "make setup-gate",
    ".ci/preview .ci-out",
    ".ci/apply",
    ".ci/keep",
    ".ci/drift .ci-out",
    ".venv/bin/python -m tools.comment .ci-out/comment.md",
    "exit 3",
}


def jobs(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"]
    return found


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parts[-3])
def test_every_command_is_known_and_holds_no_expression(file: Path) -> None:
    steps = [step for job in jobs(file).values() for step in job["steps"]]
    commands = {step["run"] for step in steps if "run" in step}
    assert commands == COMMANDS
    assert all(set(step) <= {"id", "if", "run", "uses", "with", "env", "continue-on-error"} for step in steps)


def documented() -> set[tuple[str, str]]:
    """Each job with each variable that docs/CI.md says it takes."""
    rows = re.findall(
        r"^\| (`[A-Z_0-9`, ]+) \| ([a-z, ]+) \|(.*)", (ROOT / "docs/CI.md").read_text(), re.MULTILINE
    )
    return {
        (job, variable)
        for variables, of, said in rows
        for variable in re.findall(r"`([A-Z_0-9]+)`", variables + said)
        for job in (("preview", "apply", "drift") if of == "all" else of.split(", "))
    }


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parts[-3])
def test_every_documented_variable_reaches_its_job(file: Path) -> None:
    """What no `env` names is set in vain at GitHub and Forgejo; GitLab hands every variable on."""
    wanted = documented()
    assert {("drift", "FFINFRA_MAIL"), ("apply", "FFINFRA_PASSPHRASE_FAILOVER")} < wanted
    there = {
        (name, variable)
        for name, job in jobs(file).items()
        for step in job["steps"]
        for variable in step.get("env", {})
    }
    assert sorted(wanted - there) == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parts[-3])
def test_the_whole_history_is_checked_out(file: Path) -> None:
    uses = [
        step for job in jobs(file).values() for step in job["steps"] if "checkout" in step.get("uses", "")
    ]
    assert [step["with"]["fetch-depth"] for step in uses] == [0, 0, 0]
    assert yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())["variables"]["GIT_DEPTH"] == "0"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parts[-3])
def test_no_secret_of_production_for_a_pull_request(file: Path) -> None:
    found = jobs(file)
    assert re.findall(r"secrets\.(\w+)", str(found["preview"])) == ["GITHUB_TOKEN"]
    assert {name: job.get("environment") for name, job in found.items()} == {
        "preview": None,
        "apply": "production",
        "drift": "production",
    }
    assert found["apply"]["if"] == "github.event_name == 'push'"
    writes = {
        name for name, job in found.items() if "write" in str(job.get("permissions", {}).get("contents"))
    }
    assert writes == {"apply"}
    assert "pull_request_target" not in file.read_text()
    for word in ("head_ref", "title", "body", "label"):
        assert f"github.event.pull_request.{word}" not in file.read_text()


def test_gitlab_runs_the_same_commands() -> None:
    found = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())
    scripts = {name: found[name]["script"] for name in ("preview", "apply", "drift")}
    assert scripts == {
        "preview": [
            "code=0; .ci/preview .ci-out || code=$?",
            ".venv/bin/python -m tools.comment .ci-out/comment.md",
            'exit "$code"',
        ],
        "apply": ["code=0; .ci/apply || code=$?", ".ci/keep", 'exit "$code"'],
        "drift": [".ci/drift .ci-out"],
    }
    needed = re.findall(r"^go (\d+\.\d+)", (ROOT / "tools/setup/golang_cli/go.mod").read_text(), re.MULTILINE)
    there = re.findall(r"^golang:(\d+\.\d+)-", found["default"]["image"])
    assert tuple(map(int, there[0].split("."))) >= tuple(map(int, needed[0].split(".")))
    assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in str(found["apply"]["rules"])
    text = (ROOT / ".gitlab-ci.yml").read_text()
    assert not re.findall(r"CI_(?:COMMIT_(?:TITLE|MESSAGE|REF_NAME)|MERGE_REQUEST_(?:TITLE|SOURCE))", text)


@pytest.fixture(scope="module")
def actionlint() -> str:
    found = PROGRAM if PROGRAM.is_file() else shutil.which("actionlint")
    if found is None:
        pytest.skip("not installed: actionlint")
    return str(found)


def as_github_s(text: str) -> str:
    """A workflow of Forgejo in GitHub's terms: actions by their address, and runners with labels of their own."""
    return re.sub(r"uses: https://code\.forgejo\.org/(?:forgejo|actions)/", "uses: actions/", text).replace(
        "runs-on: docker", "runs-on: ubuntu-24.04"
    )


@pytest.mark.full
@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.parts[-3])
def test_actionlint_finds_nothing(actionlint: str, file: Path) -> None:
    assert lint(actionlint, as_github_s(file.read_text())) == []


@pytest.mark.full
def test_actionlint_would_find_what_a_stranger_writes(actionlint: str) -> None:
    text = WORKFLOWS[0].read_text().replace("run: .ci/drift .ci-out", "run: echo ${{ github.head_ref }}")
    (found,) = lint(actionlint, text)
    assert '"github.head_ref" is potentially untrusted' in found


def lint(actionlint: str, text: str) -> list[str]:
    """What it finds, a line each."""
    done = subprocess.run(
        [actionlint, "-oneline", "-shellcheck=", "-pyflakes=", "-"],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(("script", "target"), [("run", "test"), ("run-long", "test-long")])
def test_the_tests_of_ci_are_those_of_make_and_skip_nothing(script: str, target: str) -> None:
    file = ROOT / ".ci" / script
    assert file.stat().st_mode & 0o111 == 0o111
    assert file.read_text("utf-8").splitlines()[-2:] == ["export CI=true", f"exec make {target}"]
    assert f"\n{target}: " in (ROOT / "Makefile").read_text("utf-8")
    assert f"`.ci/{script}`" in (ROOT / "docs/CI.md").read_text("utf-8")
