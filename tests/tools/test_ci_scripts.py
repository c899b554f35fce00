"""The scripts of .ci: what they call, how they end, and what reaches the other clones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.lab.checkout import CHECKOUT
from tests.tools.ci_checkout import PlayedCheckout


@pytest.fixture
def checkout(tmp_path: Path) -> PlayedCheckout:
    return PlayedCheckout(tmp_path)


REPORT = (
    "gate report out/prod.json out/failover.json --markdown out/comment.md --html out/preview.html"
    " --sarif out/preview.sarif --junit out/preview.xml"
)
DRIFT = [
    "drift --stack prod --json",
    "log --stack prod --json",
    "drift --stack failover --json",
    "log --stack failover --json",
    "credentials --check-live --json",
    "dns ready --json",
]
RESULTS = (
    "out/drift-failover.json out/drift-prod.json out/log-failover.json out/log-prod.json"
    " out/credentials.json out/ready.json"
)


@pytest.mark.parametrize(
    ("prod", "report", "code"),
    [("0", "0", 0), ("3", "3", 3), ("2", "0", 2)],
    ids=["passes", "blocked", "broken"],
)
def test_the_preview(checkout: PlayedCheckout, prod: str, report: str, code: int) -> None:
    ended = checkout.run("preview", "out", PROD=prod, REPORT=report)
    expected = [
        "preview --stack prod --json --placeholders",
        "preview --stack failover --json --placeholders",
    ]
    assert (ended.code, ended.calls) == (code, [*expected, REPORT] if prod != "2" else expected[:1])
    ended = checkout.run("preview", "out", PULUMI_CONFIG_PASSPHRASE="x")
    assert ended.calls[0] == "preview --stack prod --json"


@pytest.mark.parametrize(
    ("prod", "code", "told"),
    [
        ("0", 0, "prod: applied"),
        ("4", 0, "prod: nothing was applied, as no approval fits (exit code 4; the reason stands above)"),
        ("1", 1, "prod: stopped with exit code 1; what was done before lies in approvals/prod"),
    ],
)
def test_apply_takes_the_fallback_first(
    checkout: PlayedCheckout, tmp_path: Path, prod: str, code: int, told: str
) -> None:
    ended = checkout.run("apply", PROD=prod, GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    calls = ["apply --stack failover", "gate outline --stack failover", "apply --stack prod"]
    if prod != "4":
        calls += ["gate outline --stack prod"]
    assert (ended.code, ended.calls) == (code, calls)
    assert ended.said.splitlines() == ["failover: applied", told]
    assert (tmp_path / "summary").read_text() == ended.said


def test_a_fallback_that_fails_stops_all(checkout: PlayedCheckout) -> None:
    ended = checkout.run("apply", FAILOVER="1")
    assert (ended.code, ended.calls) == (1, ["apply --stack failover", "gate outline --stack failover"])


def test_each_stack_has_its_own_backend_and_passphrase(checkout: PlayedCheckout) -> None:
    general = {"PULUMI_BACKEND_URL": "s3://a", "PULUMI_CONFIG_PASSPHRASE": "one"}
    own = {"FFINFRA_BACKEND_FAILOVER": "s3://b", "FFINFRA_PASSPHRASE_FAILOVER": "$(two) 2"}
    checkout.run("apply", **general, **own)
    assert (checkout.folder / "environments").read_text().splitlines() == ["s3://b $(two) 2", "s3://a one"]
    ended = checkout.run("apply", **general, FFINFRA_STACKS="prod")
    assert ended.calls == ["apply --stack prod", "gate outline --stack prod"]


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({}, 0),
        ({"PROD": "3"}, 3),
        ({"PROD": "3", "FAILOVER": "1", "CREDENTIALS": "3"}, 1),
        ({"PROD": "1", "FAILOVER": "2", "CREDENTIALS": "3"}, 2),
        ({"PROD": "4", "CREDENTIALS": "3"}, 3),
        ({"PROD": "139"}, 1),
        ({"ALARM": "3"}, 0),
        ({"PROD": "3", "ALARM": "1"}, 1),
    ],
)
def test_the_night_ends_with_the_worst_and_asks_everything(
    checkout: PlayedCheckout, ends: dict[str, str], code: int
) -> None:
    ended = checkout.run("drift", "out", **ends)
    assert (ended.code, ended.calls) == (code, [*DRIFT, f"alarm {RESULTS}"])


def test_the_night_tells_whom_it_is_told_to(checkout: PlayedCheckout) -> None:
    variables = {"FFINFRA_MAIL": "a@example.org", "FFINFRA_READY_OPTIONS": "--no-ipv6 --port 53"}
    calls = checkout.run("drift", "out", **variables).calls
    assert calls[5:] == ["dns ready --no-ipv6 --port 53 --json", f"alarm {RESULTS} --mail a@example.org"]


def test_a_command_that_dies_without_a_word_is_told_too(checkout: PlayedCheckout) -> None:
    checkout.run("drift", "out", PROD="139", SILENT="1")
    told = json.loads((checkout.folder / "out" / "drift-prod.json").read_text())
    assert (told["schema"], told["what"]) == ("ffinfra.failure/1", "there is no result")


def lines_of(job: str) -> list[str]:
    """What GitLab runs for a job."""
    found: list[str] = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text())[job]["script"]
    return found


@pytest.mark.parametrize("blocked", [False, True])
def test_gitlab_comments_on_what_is_blocked_too(checkout: PlayedCheckout, blocked: bool) -> None:
    ended = checkout.run_lines(lines_of("preview"), REPORT="3" if blocked else "0")
    assert ended.calls[-1] == "python -m tools.comment .ci-out/comment.md"
    assert ended.code == (3 if blocked else 0)


def test_gitlab_keeps_what_was_done_before_an_apply_failed(checkout: PlayedCheckout) -> None:
    ended = checkout.run_lines(lines_of("apply"), PROD="1", FFINFRA_BRANCH="main")
    assert (ended.code, ended.said.splitlines()[-1]) == (1, "nothing was applied yet")


def git(folder: Path, *arguments: str) -> str:
    """Git, with nobody's own settings."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def origin(checkout: PlayedCheckout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The forge's repository, of which the checkout is a clone with one approval."""
    bare = tmp_path_factory.mktemp("origin")
    git(bare, "init", "-q", "--bare")
    git(checkout.folder, "init", "-q")
    approvals = checkout.folder / "approvals" / "prod"
    approvals.mkdir(parents=True)
    (approvals / "1.record.json").write_text("{}")
    git(checkout.folder, "add", "approvals")
    git(checkout.folder, "commit", "-qm", "an approval")
    git(checkout.folder, "remote", "add", "origin", str(bare))
    git(checkout.folder, "push", "-q", "origin", "HEAD:main")
    return bare


def test_outcomes_reach_the_other_clones(checkout: PlayedCheckout, origin: Path, tmp_path: Path) -> None:
    assert checkout.run("keep", FFINFRA_BRANCH="main").said == "nothing was applied yet\n"
    (checkout.folder / "approvals/prod/1.outcome.json").write_text('{"complete": true}')
    (checkout.folder / "approvals/outlines").mkdir()
    (checkout.folder / "approvals/outlines/prod.json").write_text("{}")
    (checkout.folder / "approvals/prod/2.record.json").write_text("not CI's to commit")
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(origin), str(other))
    (other / "beside").write_text("somebody pushes meanwhile")
    git(other, "add", "beside")
    git(other, "commit", "-qm", "beside")
    git(other, "push", "-q")
    ended = checkout.run("keep", FFINFRA_BRANCH="main")
    assert (ended.code, ended.said.splitlines()[-1]) == (0, "kept in approvals/ of main")
    git(other, "pull", "-q")
    assert (other / "approvals/prod/1.outcome.json").read_text() == '{"complete": true}'
    assert git(other, "log", "-1", "--format=%s %an", "--name-only").split() == [
        "Outcomes", "of", "approvals", "[skip", "ci]", "ffinfra",
        "approvals/outlines/prod.json", "approvals/prod/1.outcome.json",
    ]  # fmt: skip
    assert checkout.run("keep", FFINFRA_BRANCH="main").said == "nothing new in approvals/\n"


def test_a_branch_that_refuses_is_told(checkout: PlayedCheckout, origin: Path) -> None:
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (checkout.folder / "approvals/prod/1.outcome.json").write_text("{}")
    ended = checkout.run("keep", FFINFRA_BRANCH="main")
    assert (ended.code, ended.said.count("was refused")) == (1, 3)


def test_a_branch_must_be_named(checkout: PlayedCheckout) -> None:
    assert checkout.run("keep").code != 0
