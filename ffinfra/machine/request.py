"""What is asked of a machine and what it answers, as JSON.

``{"host", "files": [...], "packages", "units", "gone", "stopped", "reread"}`` stands for a rollout,
``{"host", "paths": [...]}`` for a look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ffinfra.hosts.configuration import HostConfiguration, HostFile, Unit, UnitAction
from ffinfra.hosts.validators import Validator
from ffinfra.provider.host_transport import FoundFile, Rollout


def rollout_request(rollout: Rollout) -> dict[str, Any]:
    """A rollout as values of JSON; it holds the secrets in clear."""
    wanted = rollout.wanted
    return {
        "host": wanted.host,
        "files": [
            {
                "path": file.path,
                "content": file.content,
                "mode": file.mode,
                "owner": file.owner,
                "group": file.group,
                "secret": file.secret,
                "validator": file.validator.value if file.validator else None,
                "create_only": file.create_only,
                "units": list(file.units),
            }
            for file in wanted.files
        ],
        "packages": list(wanted.packages),
        "units": [
            {"name": unit.name, "action": unit.action.value, "enabled": unit.enabled} for unit in wanted.units
        ],
        "gone": list(rollout.gone),
        "stopped": list(rollout.stopped),
        "reread": list(rollout.reread),
    }


def requested_rollout(request: Mapping[str, Any]) -> Rollout:
    """The rollout that a request stands for.

    Raises:
        ValueError, KeyError: it is no request of ours.
    """
    wanted = HostConfiguration(
        host=request["host"],
        files=tuple(_file(values) for values in request["files"]),
        packages=tuple(request["packages"]),
        units=tuple(
            Unit(name=unit["name"], action=UnitAction(unit["action"]), enabled=unit["enabled"])
            for unit in request["units"]
        ),
    )
    return Rollout(
        wanted=wanted,
        gone=tuple(request["gone"]),
        stopped=tuple(request["stopped"]),
        reread=tuple(request["reread"]),
    )


def look_request(host: str, paths: Sequence[str]) -> dict[str, Any]:
    """A look at files as values of JSON."""
    return {"host": host, "paths": list(paths)}


def found_answer(found: Mapping[str, FoundFile]) -> dict[str, Any]:
    """What a look found; it may hold secrets in clear."""
    return {
        path: {"content": file.content, "mode": file.mode, "owner": file.owner, "group": file.group}
        for path, file in found.items()
    }


def answered_files(answer: Mapping[str, Any]) -> dict[str, FoundFile]:
    """The files of an answer."""
    return {path: FoundFile(**values) for path, values in answer.items()}


def _file(values: Mapping[str, Any]) -> HostFile:
    validator = values["validator"]
    return HostFile(
        **{
            **values,
            "validator": Validator(validator) if validator else None,
            "units": tuple(values["units"]),
        }
    )
