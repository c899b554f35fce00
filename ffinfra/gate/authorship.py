"""Who made a change, as git knows them; and whether somebody who signs is one of them.

Git believes what a person says of themselves, so this keeps an honest team from approving its own work by habit and
proves nothing about a dishonest one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from ffinfra.gate.program import bound_paths
from ffinfra.problems import OperationalError

_CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly,separator=%x0A)"


def authors(
    project: Path, stack: str, environment: Mapping[str, str], since: str | None, marker: Path | None
) -> tuple[str, ...]:
    """Mail addresses of whoever changed something that the stack's approvals bind, sorted.

    Args:
        project: the checkout.
        stack: the stack.
        environment: of the process; names the user where there is no git.
        since: the commit that the last applied approval was made of; None counts every commit.
        marker: the record of that approval, whose own commit stands in where ``since`` is not in this clone.

    Where neither is known every author of the history counts: it is not known who wrote what. Where git tells nobody
    it is the present user.

    Raises:
        OperationalError: the clone is shallow, so that whoever wrote what it leaves out would not count.
    """
    found = told_by_git(project, stack, environment, since, marker)
    return tuple(sorted(found)) or (_user(project, environment),)


def told_by_git(
    project: Path, stack: str, environment: Mapping[str, str], since: str | None, marker: Path | None
) -> frozenset[str]:
    """The same, but nobody where git tells nobody; the user whose changes are not committed counts."""
    if is_shallow(project):
        raise OperationalError(
            "who wrote the change is not known: this clone is shallow, its history is not all here",
            "git fetch --unshallow (in CI: check out with full depth), then try again",
        )
    paths = bound_paths(stack)
    start = next((commit for commit in (since, _bringing(project, marker)) if _known(project, commit)), None)
    scope = f"{start}..HEAD" if start else "HEAD"
    told = _git(project, "log", f"--format=%ae%n%aE%n{_CO_AUTHORS}", scope, "--", *paths)
    found = {_address(line) for line in told.splitlines() if line.strip()}
    if _git(project, "status", "--porcelain", "--", *paths).strip():
        found.add(_user(project, environment))
    return frozenset(found)


def head(project: Path) -> str | None:
    """The commit that is checked out; None outside of git."""
    return _git(project, "rev-parse", "--verify", "--quiet", "HEAD").strip() or None


def is_shallow(project: Path) -> bool:
    """Whether the history is cut off: the oldest commit that is here then seems to bring in every file."""
    return _git(project, "rev-parse", "--is-shallow-repository").strip() == "true"


def in_history(project: Path, commit: str | None) -> bool:
    """Whether a commit is known here and is the checked-out one or one before it."""
    return commit is not None and _git(project, "merge-base", commit, "HEAD").strip() == commit


def is_one_of(signer: str, written_by: Iterable[str]) -> bool:
    """Whether a signer's name is an author's: the same, or the same before the @.

    Two people with one name at two providers count as one: whoever is taken for the author can ask somebody else.
    """
    return any(
        signer.casefold() == author.casefold() or _local_part(signer) == _local_part(author)
        for author in written_by
    )


def independent(signers: Iterable[str], written_by: Iterable[str]) -> tuple[str, ...]:
    """Those of the signers who did not write the change."""
    written_by = tuple(written_by)
    return tuple(name for name in signers if not is_one_of(name, written_by))


def people(signers: Iterable[str]) -> tuple[str, ...]:
    """One name of each person, by the same rule: whoever has keys at two addresses is one."""
    return tuple({_local_part(name): name for name in sorted(signers)}.values())


def _local_part(name: str) -> str:
    return name.split("@", 1)[0].casefold()


def _user(project: Path, environment: Mapping[str, str]) -> str:
    return _git(project, "config", "user.email").strip() or environment.get("USER", "unknown")


def _address(line: str) -> str:
    """The address of ``Name <address>``, or the line itself."""
    return line.rsplit("<", 1)[-1].rstrip("> ").strip()


def _bringing(project: Path, file: Path | None) -> str | None:
    """The commit that brought a file in."""
    if file is None:
        return None
    told = _git(project, "log", "--diff-filter=A", "--format=%H", "--", str(file)).split()
    return told[-1] if told else None


def _known(project: Path, commit: str | None) -> bool:
    return bool(commit and _git(project, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"))


def _git(project: Path, *arguments: str) -> str:
    """What git says; nothing where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(project), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""
