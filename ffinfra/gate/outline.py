"""A stack's state without its secrets, for previews by those who may not have them.

An outline lies in approvals/outlines/ and is a note of what was applied last: it permits nothing. It holds what the
declarations say anyway, and the identifiers that the providers gave.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ffinfra.gate.changes import GATE_RECORD_TYPE
from ffinfra.gate.secret_values import SIGNATURE, in_clear
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem

FOLDER = "approvals/outlines"
"""Where outlines lie in a project, a file a stack."""

_VERSIONS = (3, 4)
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""What marks a secret (sdk/go, resource.SecretSig)."""
_PASSING = frozenset({"created", "modified", "sourcePosition", "stackTrace"})
_SEALED = {SIGNATURE: _SECRET}


def outline_file(project: Path, stack: str) -> Path:
    """Where the outline of a stack lies."""
    return project / FOLDER / f"{stack}.json"


def outline_of(export: str) -> str:
    """The outline of what ``pulumi stack export`` printed; secrets may be sealed in it or in clear.

    Raises:
        OperationalError: the text is no export of a known version.
    """
    try:
        document = json.loads(export)
        if document["version"] not in _VERSIONS:
            raise ValueError(f"version {document['version']}")
        resources = (document["deployment"] or {}).get("resources") or []
        kept = [
            {name: _sealed(value) for name, value in resource.items() if name not in _PASSING}
            for resource in resources
            if resource["type"] != GATE_RECORD_TYPE
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OperationalError(
            f"the state cannot be read ({error})", "Use the engine version that this project is tested with"
        ) from error
    return json.dumps({"version": document["version"], "resources": kept}, indent=1, sort_keys=True) + "\n"


def deployment_of(outline: str, file: str, inputs: Mapping[str, Mapping[str, Any]], salt: str) -> str:
    """What ``pulumi stack import`` takes for the outlined state.

    Args:
        outline: the text.
        file: its name in messages.
        inputs: URN -> inputs that the program asks for, secrets in clear. A secret of the outline is taken to be what
            the program asks for at the same place, as nothing else is known of it.
        salt: the ``encryptionsalt`` of the stack that takes it.

    Raises:
        InvalidInputError: it is no outline.
    """
    try:
        document = json.loads(outline)
        if document["version"] not in _VERSIONS:
            raise ValueError(f"version {document['version']}")
        resources = [_opened(resource, inputs.get(resource["urn"], {})) for resource in document["resources"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Problem(
            place=Place(file),
            what=f"is no outline of a state ({error})",
            way_out="Restore it from git, or delete it: the preview then shows everything as new",
        )
        raise InvalidInputError([problem]) from error
    sealing = {"type": "passphrase", "state": {"salt": salt}}
    deployment = {"manifest": {}, "secrets_providers": sealing, "resources": resources}
    return json.dumps({"version": document["version"], "deployment": deployment})


def asked_inputs(plan: str) -> dict[str, dict[str, Any]]:
    """URN -> inputs of everything that a plan over an empty state makes, secrets in clear."""
    plans: Mapping[str, Any] = json.loads(plan)["resourcePlans"]
    return {urn: dict(_adds(one)) for urn, one in plans.items()}


def _adds(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    difference = (plan.get("goal") or {}).get("inputDiff") or {}
    for name, value in (difference.get("adds") or {}).items():
        yield name, in_clear(value)


def _sealed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value whose secrets are only marked as such."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == _SECRET:
            return _SEALED
        return {name: _sealed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_sealed(item) for item in value]
    return value


def _opened(resource: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    parts = {part: _filled(resource[part], asked) for part in ("inputs", "outputs") if part in resource}
    return {**resource, **parts}


def _filled(value: Any, asked: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value with something in the place of each secret."""
    if isinstance(value, Mapping):
        if value == _SEALED:
            return {**_SEALED, "plaintext": json.dumps("" if asked is None else asked)}
        known = asked if isinstance(asked, Mapping) else {}
        return {name: _filled(item, known.get(name)) for name, item in value.items()}
    if isinstance(value, list):
        items = asked if isinstance(asked, list) and len(asked) == len(value) else [None] * len(value)
        return [_filled(item, other) for item, other in zip(value, items, strict=True)]
    return value
