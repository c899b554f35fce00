"""One comment under a pull request, at forges that are played."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tools.comment import forge_of, main, put

TEXT = "<!-- ffinfra-preview -->\n## blocked\n"


class PlayedForge:
    """Keeps comments by number; a line for each call that changes something."""

    def __init__(self) -> None:
        self.comments: dict[int, str] = {number: f"word {number}" for number in range(1, 150)}
        self.seen: list[str] = []
        played = self

        class Answers(BaseHTTPRequestHandler):
            def _answer(self, value: Any, code: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                page = int(dict(part.split("=") for part in urlsplit(self.path).query.split("&"))["page"])
                listed = [{"id": number, "body": text} for number, text in played.comments.items()]
                self._answer(listed[(page - 1) * 100 : page * 100])

            def _written(self) -> None:
                token = self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization")
                played.seen.append(f"{self.command} {self.path} {token}")
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
                last = self.path.rsplit("/", 1)[-1]
                number = int(last) if last.isdecimal() else 1 + max(played.comments)
                played.comments[number] = body
                self._answer({"id": number}, 201)

            do_POST = do_PATCH = do_PUT = _written  # noqa: N815 - names of the base

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def forge() -> Iterator[PlayedForge]:
    played = PlayedForge()
    thread = threading.Thread(target=played.server.serve_forever)
    thread.start()
    yield played
    played.server.shutdown()
    thread.join()
    played.server.server_close()


def _github(address: str) -> dict[str, str]:
    return {
        "GITHUB_API_URL": address,
        "GITHUB_REPOSITORY": "freifunk/net",
        "FFINFRA_PULL_REQUEST": "7",
        "FFINFRA_COMMENT_TOKEN": "t",
    }


def _gitlab(address: str) -> dict[str, str]:
    return {
        "CI_API_V4_URL": address,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "FFINFRA_COMMENT_TOKEN": "t",
    }


def test_github_and_forgejo(forge: PlayedForge) -> None:
    there = forge_of(_github(forge.address))
    assert (put(there, TEXT), put(there, TEXT + "again")) == ("added", "changed")
    assert forge.seen == [
        "POST /repos/freifunk/net/issues/7/comments Bearer t",
        "PATCH /repos/freifunk/net/issues/comments/150 Bearer t",
    ]
    assert forge.comments[150] == TEXT + "again"


def test_gitlab(forge: PlayedForge) -> None:
    there = forge_of(_gitlab(forge.address))
    assert (put(there, TEXT), put(there, TEXT)) == ("added", "changed")
    assert forge.seen == [
        "POST /projects/3/merge_requests/7/notes t",
        "PUT /projects/3/merge_requests/7/notes/150 t",
    ]


def test_without_a_token_nothing_is_said_to_the_forge(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FFINFRA_COMMENT_TOKEN", raising=False)
    assert main() == 0
    assert capsys.readouterr().err == "no comment: FFINFRA_COMMENT_TOKEN is not set\n"


def test_a_number_that_is_none_reaches_no_address() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        forge_of({**_github("http://x"), "FFINFRA_PULL_REQUEST": "7/../../x"})
