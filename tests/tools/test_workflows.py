"""The workflows: commands that exist, nothing of a stranger's in a command, secrets only on main."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = (ROOT / ".github/workflows/preview.yml", ROOT / ".forgejo/workflows/preview.yml")
COMMANDS = {
    "make setup",
    ".ci/preview .ci-out",
    ".ci/apply",
    ".ci/drift",
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
        "apply": [".ci/apply"],
        "drift": [".ci/drift"],
    }
    assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in str(found["apply"]["rules"])
    text = (ROOT / ".gitlab-ci.yml").read_text()
    assert not re.findall(r"CI_(?:COMMIT_(?:TITLE|MESSAGE|REF_NAME)|MERGE_REQUEST_(?:TITLE|SOURCE))", text)


class Played:
    """A checkout in which ``ffinfra`` notes how it is called and ends as told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".ci").mkdir()
        for name in ("preview", "apply", "drift"):
            (folder / ".ci" / name).write_text((ROOT / ".ci" / name).read_text())
            (folder / ".ci" / name).chmod(0o755)
        program = folder / ".venv/bin/ffinfra"
        program.parent.mkdir(parents=True)
        program.write_text(
            '#!/bin/sh\necho "$@" >>calls\ncase "$*" in\n*prod*) exit "${PROD:-0}";;\n'
            'gate*) exit "${REPORT:-0}";;\nesac\n'
        )
        program.chmod(0o755)

    def run(self, *command: str, **variables: str) -> tuple[int, list[str]]:
        (self.folder / "calls").write_text("")
        environment = {"PATH": os.environ["PATH"], **variables}
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
        return done.returncode, (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def played(tmp_path: Path) -> Played:
    return Played(tmp_path)


REPORT = (
    "gate report out/prod.json out/failover.json --markdown out/comment.md --html out/preview.html"
    " --sarif out/preview.sarif --junit out/preview.xml"
)


@pytest.mark.parametrize(
    ("prod", "report", "code"),
    [("0", "0", 0), ("3", "3", 3), ("2", "0", 2)],
    ids=["passes", "blocked", "broken"],
)
def test_the_preview(played: Played, prod: str, report: str, code: int) -> None:
    script = str(played.folder / ".ci/preview")
    ended, calls = played.run(script, "out", PROD=prod, REPORT=report)
    assert ended == code
    expected = [
        "preview --stack prod --json --placeholders",
        "preview --stack failover --json --placeholders",
    ]
    assert calls == ([*expected, REPORT] if prod != "2" else expected[:1])
    _, calls = played.run(script, "out", PULUMI_CONFIG_PASSPHRASE="x")
    assert calls[0] == "preview --stack prod --json"


@pytest.mark.parametrize(("prod", "code"), [("0", 0), ("4", 0), ("1", 1)])
def test_apply_takes_the_fallback_first(played: Played, prod: str, code: int) -> None:
    ended, calls = played.run(str(played.folder / ".ci/apply"), PROD=prod)
    assert (ended, calls) == (code, ["apply --stack failover", "apply --stack prod"])


@pytest.mark.parametrize(("prod", "code"), [("0", 0), ("3", 3), ("1", 1)])
def test_drift_asks_everything(played: Played, prod: str, code: int) -> None:
    ended, calls = played.run(str(played.folder / ".ci/drift"), PROD=prod)
    assert ended == code
    assert calls == ["drift --stack prod", "drift --stack failover", "credentials --check-live"]
