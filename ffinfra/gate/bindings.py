"""Gathering what an approval binds, the same way in the gate and in the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.sides import FriendSide
from ffinfra.dns.zone_writing import master_file
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.program import code_digest, program_digest
from ffinfra.gate.record import Bindings
from ffinfra.gate.state import StackState
from ffinfra.network.reading import NETWORK_AT
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack import NETWORK_FILE, StackInput
from ffinfra.stack_kind import StackKind
from ffinfra.validation import value_at
from ffinfra.yaml_document import read_document

GATE_KEY = "ffinfra:gateKey"
"""The secret configuration value that the gate key is made from."""

SWITCH_KEYS = frozenset({"ffinfra:mode", "ffinfra:trust"})
"""Settings that a switch changes."""


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


@dataclass(frozen=True, slots=True)
class PresentSwitch:
    """What an approval of a switch binds, as it is now, and where it would lead.

    Attributes:
        bindings: the code, what ``failover`` declares, and the configuration without mode and trust.
        mode: that is set now.
        trust: that is set now.
    """

    bindings: Bindings
    mode: Mode
    trust: Trust


def gather(
    project: Path,
    configuration: Mapping[str, Any],
    state: StackState,
    kind: StackKind,
    versions_here: Mapping[str, str],
    key: GateKey,
) -> Bindings:
    """All bindings of a stack as it stands.

    A failover stack also reads the network out of prod's stack file; its value, not the file, is bound,
    because the engine rewrites stack files.

    Raises:
        InvalidInputError: something in the project cannot be bound.
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
        versions=dict(versions_here),
    )


def gather_switch(
    project: Path, configuration: Mapping[str, Any], stack: StackInput, whole: Bindings, key: GateKey
) -> PresentSwitch | None:
    """What an approval of a switch binds; None for a stack that switches nothing.

    Args:
        project: the project's folder.
        configuration: what the engine passes in.
        stack: the same, read.
        whole: what an ordinary approval binds.
        key: of the fingerprints.
    """
    if stack.mode is None:
        return None
    declared = {
        "configuration": {name: value for name, value in configuration.items() if name not in SWITCH_KEYS},
        "delegations": stack.declarations.delegations.model_dump(mode="json"),
        "zones": [
            master_file(zone.zone, "As the fallback keeps it.")
            for zone in stack.declarations.zones
            if not isinstance(stack.declarations.delegations.fallback_of(zone.declaration), FriendSide)
        ],
    }
    narrow = {"program": code_digest(project), "configuration": key.of_value(declared)}
    return PresentSwitch(whole.model_copy(update=narrow), stack.mode, stack.trust)


def differing(approved: Bindings, present: Bindings) -> tuple[str, ...]:
    """What but the state is no longer as it was approved, in words; empty when all is the same."""
    found = []
    if approved.program != present.program:
        found.append("the program, the declarations or the gate's own files")
    if approved.configuration != present.configuration:
        found.append("the configuration of the stack")
    found += [
        f"{name} ({approved.versions.get(name, 'none')} approved, {present.versions.get(name, 'none')} here)"
        for name in sorted(approved.versions.keys() | present.versions.keys())
        if approved.versions.get(name) != present.versions.get(name)
    ]
    return tuple(found)
