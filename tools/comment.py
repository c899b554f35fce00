"""``python -m tools.comment FILE`` puts a comment under a pull request, in the place of the one of the run before.

GitHub and Forgejo (same paths; docs.github.com/rest/issues/comments) are told by GITHUB_API_URL and
GITHUB_REPOSITORY, GitLab (docs.gitlab.com/api/notes) by CI_API_V4_URL and CI_PROJECT_ID, as their runners set them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

TIMEOUT = 30.0
"""Seconds."""
PAGES = 50
"""Pages of a hundred comments that are looked through."""


@dataclass(frozen=True, slots=True)
class Forge:
    """Where comments are.

    Attributes:
        comments: the address of the pull request's comments.
        one: the address of one of them, with ``{}`` for its number.
        change: the method that changes one.
        headers: with the token.
    """

    comments: str
    one: str
    change: str
    headers: Mapping[str, str]


def forge_of(environment: Mapping[str, str]) -> Forge:
    """The forge of a runner's environment.

    Raises:
        KeyError: a variable is missing; the error names it.
    """
    token = environment["FFINFRA_COMMENT_TOKEN"]
    if "CI_API_V4_URL" in environment:
        number = environment["CI_MERGE_REQUEST_IID"]
        base = f"{environment['CI_API_V4_URL']}/projects/{environment['CI_PROJECT_ID']}/merge_requests/{number}/notes"
        return Forge(base, f"{base}/{{}}", "PUT", {"PRIVATE-TOKEN": token})
    number = str(int(environment["FFINFRA_PULL_REQUEST"]))
    base = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    headers = {"Authorization": f"Bearer {token}"}
    return Forge(f"{base}/{number}/comments", f"{base}/comments/{{}}", "PATCH", headers)


def put(forge: Forge, text: str) -> str:
    """Change the comment that begins as this text does, or add one; returns which.

    Raises:
        httpx.HTTPError: the forge does not answer, or refuses.
    """
    mark = text.splitlines()[0]
    with httpx.Client(headers=forge.headers, timeout=TIMEOUT) as client:
        number = _present(client, forge, mark)
        if number is None:
            client.post(forge.comments, json={"body": text}).raise_for_status()
            return "added"
        client.request(forge.change, forge.one.format(number), json={"body": text}).raise_for_status()
        return "changed"


def _present(client: httpx.Client, forge: Forge, mark: str) -> int | None:
    for page in range(1, PAGES + 1):
        listed = client.get(forge.comments, params={"per_page": 100, "page": page}).raise_for_status().json()
        for one in listed:
            if str(one.get("body", "")).startswith(mark):
                return int(one["id"])
        if len(listed) < 100:
            return None
    return None


def main() -> int:
    """Put the comment; 0 even if nothing can be commented, as the status of the run says it too."""
    try:
        print(f"comment {put(forge_of(os.environ), Path(sys.argv[1]).read_text('utf-8'))}")
    except KeyError as error:
        print(f"no comment: {error.args[0]} is not set", file=sys.stderr)
    except (httpx.HTTPError, OSError) as error:
        print(f"no comment: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
