"""What somebody must be told, taken from the results of other commands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from ffinfra.problems import InvalidInputError, Place, Problem


def alarms_of(text: str, source: str) -> tuple[str, ...]:
    """The sentences that a result of ``--json`` gives reason for; empty where all is well.

    Args:
        text: what ``ffinfra drift``, ``credentials``, ``preview``, ``dns ready`` or ``log`` printed with ``--json``,
            also where it failed.
        source: the name that problems give as their file; it says what a failure is of.

    Raises:
        InvalidInputError: it is no such result.
    """
    try:
        form = json.loads(text)
        kind = str(form["schema"]).removeprefix("ffinfra.").split("/", 1)[0]
        if kind in _WITHOUT_RESULT:
            return tuple(f"{PurePath(source).stem}: {sentence}" for sentence in _WITHOUT_RESULT[kind](form))
        return tuple(_READERS[kind](form))
    except (ValueError, KeyError, TypeError) as error:
        known = ", ".join(sorted(_READERS))
        raise InvalidInputError(
            [
                Problem(
                    place=Place(source),
                    what=f"is no result that alarms are made of ({type(error).__name__}: {error})",
                    way_out=f"Give what one of these printed with --json: {known}",
                )
            ]
        ) from error


def _drift(form: Mapping[str, Any]) -> Iterator[str]:
    for change in form["drifted"]:
        yield f"{form['stack']}: {change['name']} differs from the state ({change['operation']} would mend it)"
    if form["standby"]:
        yield f"{form['stack']}: no switch lies signed for the night: {form['standby']}"
    yield from _blocking(form, form["stack"])


def _credentials(form: Mapping[str, Any]) -> Iterator[str]:
    for one in form["credentials"]:
        if one["urgency"] != "fine":
            yield (
                f"{one['kind']} {one['name']} ends on {one['last_day']} ({one['days']} days);"
                f" {one['owner']} renews it. Without it: {one['unlocks']}"
            )
        if one["live"] == "differs":
            yield f"{one['kind']} {one['name']} is not as noted: {one['live_reason']}"
        if one["live"] == "unknown":
            yield f"{one['kind']} {one['name']} was asked about in vain: {one['live_reason']}"
    yield from (f"no day is noted for {one}: list it under credentials" for one in form["without_a_day"])


def _preview(form: Mapping[str, Any]) -> Iterator[str]:
    yield from _blocking(form, form["stack"] or "a digest")


def _blocking(form: Mapping[str, Any], stack: str) -> Iterator[str]:
    for one in form["findings"]:
        if one["severity"] == "block" and not one["waived"]:
            yield f"{stack}: {one['rule']}: {one['reason']}"


def _ready(form: Mapping[str, Any]) -> Iterator[str]:
    for zone in form["zones"]:
        if not zone["ready"]:
            yield f"zone {zone['zone']} cannot be switched to {form['target']} now (ffinfra dns ready)"
        yield from (f"zone {zone['zone']}: {remark['what']}" for remark in zone["remarks"])


def _log(form: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{form['stack']}: the chain of approvals is broken: {fault}" for fault in form["faults"])
    for entry in form["entries"]:
        yield from (
            f"{form['stack']}: approval {entry['approval'][:12]}: {fault}" for fault in entry["faults"]
        )
        if entry["override"] and not entry["acknowledged"]:
            yield (
                f"{form['stack']}: approval {entry['approval'][:12]} overrode {', '.join(entry['override'])}"
                f" ({entry['override_reason']}), and nobody has looked at it: ffinfra log --acknowledge"
            )


def _failure(form: Mapping[str, Any]) -> Iterator[str]:
    yield f"{form['kind']}: {form['what']}. {form['way_out']}"


def _problems(form: Mapping[str, Any]) -> Iterator[str]:
    for one in form["problems"]:
        yield f"{one['file']}: {one['path']}: {one['what']}. {one['way_out']}"


_WITHOUT_RESULT = {"failure": _failure, "problems": _problems}
"""What any command prints that has no result."""

_READERS = {
    "drift": _drift,
    "credentials": _credentials,
    "preview": _preview,
    "dns-ready": _ready,
    "log": _log,
}
