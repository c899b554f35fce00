"""Gathering what an approval binds, the same way in the gate and in the program."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.program import program_digest
from ffinfra.gate.record import Bindings
from ffinfra.gate.state import StackState
from ffinfra.network.reading import NETWORK_AT
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack import NETWORK_FILE, StackKind
from ffinfra.validation import value_at
from ffinfra.yaml_document import read_document

GATE_KEY = "ffinfra:gateKey"
"""The secret configuration value that the gate key is made from."""

STATE_MOVED = "the state of the stack"

_PACKAGES = ("pulumi", "pulumi-hcloud", "pulumi-cloudflare", "dnspython", "pydantic")
"""Packages whose version decides what is done; a provider's package decides the plugin's version."""


def gate_key(configuration: Mapping[str, Any], stack: str) -> GateKey:
    """The stack's gate key.

    Raises:
        InvalidInputError: it is missing or too short.
    """
    value = configuration.get(GATE_KEY)
    if isinstance(value, str) and len(value) >= 32:
        return GateKey(value.encode())
    raise InvalidInputError(
        [
            Problem(
                place=Place(f"Pulumi.{stack}.yaml"),
                path=f"config.{GATE_KEY}",
                what="is missing or shorter than 32 characters",
                way_out=f"Set it: openssl rand -hex 32 | pulumi config set --secret {GATE_KEY} -s {stack}",
            )
        ]
    )


def versions(engine_version: str) -> dict[str, str]:
    """The engine and the packages, by name."""
    return {"engine": engine_version, **{name: metadata.version(name) for name in _PACKAGES}}


def gather(
    project: Path,
    configuration: Mapping[str, Any],
    state: StackState,
    kind: StackKind,
    engine_version: str,
    key: GateKey,
) -> Bindings:
    """All bindings of a stack as it stands.

    A failover stack also reads the network out of prod's stack file; its value, not the file, is bound,
    because the engine rewrites stack files.
    """
    bound: dict[str, Any] = dict(configuration)
    if kind is StackKind.FAILOVER:
        document = read_document(project / NETWORK_FILE, NETWORK_FILE)
        bound["network of prod"] = value_at(document.value, NETWORK_AT)
    return Bindings(
        program=program_digest(project),
        configuration=key.of_value(bound),
        state=state.digest,
        resources=dict(state.resources),
        versions=versions(engine_version),
    )


def differing(approved: Bindings, present: Bindings) -> tuple[str, ...]:
    """What is no longer as it was approved, in words; empty when all is the same."""
    found = []
    if approved.program != present.program:
        found.append("the program, the declarations or the gate's own files")
    if approved.configuration != present.configuration:
        found.append("the configuration of the stack")
    if approved.state != present.state:
        found.append(STATE_MOVED)
    found += [
        f"{name} ({approved.versions.get(name, 'none')} approved, {present.versions.get(name, 'none')} here)"
        for name in sorted(approved.versions.keys() | present.versions.keys())
        if approved.versions.get(name) != present.versions.get(name)
    ]
    return tuple(found)
