"""Who made a change, from a real git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ffinfra.gate.authorship import authors, head, in_history, independent
from ffinfra.problems import OperationalError

USER = {"USER": "robin"}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "kim@musterstadt.example")
        self.git("config", "user.name", "Kim")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True)

    def commit(self, name: str, author: str, more: str = "") -> str:
        """A commit that changes a file; its identifier."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as stream:
            stream.write(f"{author}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"change\n\n{more}", "--author", f"{author} <{author}@x.example>")
        return head(self.folder) or ""

    def authors(self, since: str | None = None, marker: str | None = None) -> tuple[str, ...]:
        found = authors(self.folder, "prod", USER, since, Path(marker) if marker else None)
        return tuple(one.removesuffix("@x.example") for one in found)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_those_of_all_commits_since_the_last_approval(repository: Repository) -> None:
    repository.commit("dns/a.zone", "before")
    since = repository.commit("approvals/prod/x.record.json", "signer")
    repository.commit("dns/a.zone", "alex")
    repository.commit("yaml.py", "kim", "Co-authored-by: Pat Q <pat@x.example>")
    repository.commit("Pulumi.prod.yaml", "chris")
    repository.commit("docs/x.md", "writer")
    repository.commit("approvals/prod/y.record.json", "signer")
    told = ("alex", "chris", "kim", "pat")
    assert repository.authors(since) == told
    assert repository.authors("0" * 40, "approvals/prod/x.record.json") == told


def test_without_a_known_beginning_everybody_counts(repository: Repository) -> None:
    repository.commit("dns/a.zone", "alex")
    repository.commit("dns/a.zone", "chris")
    assert repository.authors() == repository.authors("0" * 40, "gone") == ("alex", "chris")


def test_who_changes_without_a_commit_is_the_user(repository: Repository) -> None:
    since = repository.commit("dns/a.zone", "alex")
    assert repository.authors(since) == ("kim@musterstadt.example",)
    repository.commit("dns/a.zone", "alex")
    (repository.folder / "new.py").write_text("")
    assert repository.authors(since) == ("alex", "kim@musterstadt.example")


def test_the_mailmap_adds_a_name_and_hides_none(repository: Repository) -> None:
    (repository.folder / ".mailmap").write_text("<somebody@x.example> <alex@x.example>\n")
    repository.commit("dns/a.zone", "alex")
    assert repository.authors() == ("alex", "somebody")


def test_a_shallow_clone_tells_of_nobody(repository: Repository, tmp_path: Path) -> None:
    since = repository.commit("approvals/prod/x.record.json", "signer")
    repository.commit("dns/a.zone", "alex")
    last = repository.commit("dns/a.zone", "chris")
    clone = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    marker = Path("approvals/prod/x.record.json")
    for known in (since, last, None):
        with pytest.raises(OperationalError, match="this clone is shallow") as refused:
            authors(clone, "prod", USER, known, marker)
        assert refused.value.way_out.startswith("git fetch --unshallow")
    repository.git("-C", str(clone), "fetch", "-q", "--unshallow")
    assert authors(clone, "prod", USER, since, marker) == ("alex@x.example", "chris@x.example")


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert (authors(tmp_path, "prod", USER, None, None), head(tmp_path)) == (("robin",), None)


def test_who_is_independent() -> None:
    written_by = ("Alex@elsewhere.example", "pat")
    assert independent(("alex", "kim@x.example", "pat@x.example"), written_by) == ("kim@x.example",)


def test_a_commit_of_this_history_and_others(repository: Repository) -> None:
    first = repository.commit("dns/a.zone", "alex")
    repository.git("checkout", "-q", "-b", "aside")
    aside = repository.commit("dns/a.zone", "mallory")
    repository.git("checkout", "-q", "main")
    last = repository.commit("dns/a.zone", "chris")
    told = [in_history(repository.folder, one) for one in (first, last, aside, "0" * 40, None)]
    assert told == [True, True, False, False, False]
