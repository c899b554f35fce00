"""``python3 machine.pyz look|apply ARCHIVE ANSWER``: do what the archive's request.json asks for."""

from __future__ import annotations

import json
import os
import signal
import sys
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from ffinfra.machine.files import look
from ffinfra.machine.request import found_answer, requested_rollout
from ffinfra.machine.rollout import roll_out
from ffinfra.problems import OperationalError


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 whenever there is an answer; the answer says whether it went well."""
    verb, archive, answer = arguments
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        said = _done(verb, _request(archive))
    except OperationalError as error:
        said = {"ok": False, "what": error.what, "way_out": error.way_out}
    except OSError as error:
        said = {"ok": False, "what": f"on the machine: {error}", "way_out": "Nothing was replaced; mend that"}
    descriptor = os.open(answer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as sink:
        json.dump(said, sink)
    return 0


def _request(archive: str) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as opened:
        request: dict[str, Any] = json.loads(opened.read("request.json"))
    return request


def _done(verb: str, request: Mapping[str, Any]) -> dict[str, Any]:
    match verb:
        case "look":
            return {"ok": True, "files": found_answer(look(request["paths"]))}
        case "apply":
            done = roll_out(requested_rollout(request))
            return {"ok": True, "changed": list(done.changed), "actions": list(done.actions)}
        case _:
            raise ValueError(f"no verb {verb!r}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
