"""A stack that has lost its state is made anew: what stands is imported as it stands, nothing is changed by that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ffinfra.failover.held import Wanted
from ffinfra.gate.changes import GATE_RECORD_TYPE
from ffinfra.gate.digest import Digest, parse_digest
from ffinfra.gate.engine import PREVIEW_TIMEOUT, Engine, private_folder
from ffinfra.problems import OperationalError
from ffinfra.urn import is_provider, is_stack, name_of, type_of

IMPORT_TIMEOUT: Final = 1800
"""Seconds; the engine reads every record on its own."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What the program declares and the state lacks.

    Attributes:
        resources: with their inputs.
        skeleton: the engine's own file for an import of it, without identifiers.
    """

    resources: tuple[Wanted, ...]
    skeleton: Mapping[str, Any]


def make_stack(engine: Engine) -> None:
    """Make an empty stack where it is gone; its configuration stays.

    Raises:
        OperationalError: the engine refuses.
    """
    if not engine.stack_exists():
        _must(engine, ["stack", "init", engine.stack], "the stack cannot be made", stack=False)


def find_missing(engine: Engine) -> Missing:
    """Ask the engine what it would make.

    Raises:
        OperationalError: the program fails.
    """
    with private_folder() as folder:
        file = folder / "import.json"
        arguments = ["preview", "--json", "--import-file", str(file)]
        result = engine.run(arguments, timeout=PREVIEW_TIMEOUT)
        if result.returncode:
            raise OperationalError(
                f"the preview of {engine.stack} failed: {(result.stderr or result.stdout).strip()[-400:]}",
                "Run ffinfra preview for the whole message",
            )
        skeleton = json.loads(file.read_text()) if file.is_file() else {"resources": []}
    return Missing(tuple(_wanted(parse_digest(result.stdout, f"preview of {engine.stack}"))), skeleton)


def import_document(missing: Missing, identify: Callable[[Wanted], str | None]) -> dict[str, Any]:
    """The file of an import: the groups, and those resources that stand, with their identifiers.

    The gate's record comes in too, naming no approval: a preview then has nothing to say of it.

    Args:
        missing: what is to be imported.
        identify: the identifier of a resource, or None for what is not there.
    """
    identifiers = {(one.type, one.name): identify(one) for one in missing.resources}
    kept: list[dict[str, Any]] = []
    for entry in missing.skeleton["resources"]:
        name = entry.get("logicalName", entry["name"])
        found = name if entry["type"] == GATE_RECORD_TYPE else identifiers.get((entry["type"], name))
        if entry.get("component"):
            kept.append(entry)
        elif found is not None:
            kept.append({**entry, "id": found})
    return {**missing.skeleton, "resources": kept}


def take_over(engine: Engine, document: Mapping[str, Any], protected: Sequence[str]) -> None:
    """Read what stands into the state.

    Args:
        engine: of the stack.
        document: the file of the import.
        protected: URNs of what is to be protected as the program says; an import protects all or nothing.

    Raises:
        OperationalError: the engine fails; what was read until then is in the state, the next run goes on.
    """
    with private_folder() as folder:
        file = folder / "import.json"
        file.write_text(json.dumps(document))
        arguments = ["import", "--file", str(file), "--yes", "--skip-preview", "--protect=false"]
        _must(engine, [*arguments, "--generate-code=false"], "what stands cannot be imported")
    if protected:
        _must(engine, ["state", "protect", "--yes", *protected], "what is imported cannot be protected")


def taken(missing: Missing, document: Mapping[str, Any]) -> tuple[tuple[Wanted, ...], tuple[Wanted, ...]]:
    """What an import takes over, and what is not there and has to be made."""
    there = {
        (entry["type"], entry.get("logicalName", entry["name"]))
        for entry in document["resources"]
        if "id" in entry
    }
    found = tuple(one for one in missing.resources if (one.type, one.name) in there)
    return found, tuple(one for one in missing.resources if (one.type, one.name) not in there)


def _wanted(digest: Digest) -> Iterator[Wanted]:
    for step in digest.steps or ():
        new = step.new_state
        ours = not (is_stack(step.urn) or is_provider(step.urn) or type_of(step.urn) == GATE_RECORD_TYPE)
        if step.op == "create" and new is not None and new.custom and ours:
            yield Wanted(type_of(step.urn), name_of(step.urn), new.inputs, new.protect, step.urn)


def _must(engine: Engine, arguments: list[str], what: str, *, stack: bool = True) -> None:
    result = engine.run(arguments, timeout=IMPORT_TIMEOUT, stack=stack)
    if result.returncode:
        raise OperationalError(
            f"{what}: {(result.stderr or result.stdout).strip()[-600:]}", "Run the same command again"
        )
