"""What a stack is to be, read from its configuration and the declarations beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from ffinfra.dns.declared_zones import DeclaredZone, read_declared_zones
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.dns.delegation.signed_switch import Standing, breaks_validation, memory, shown, stages
from ffinfra.hosts.transports import Transports, transports_of
from ffinfra.network.certificates import with_certificates
from ffinfra.network.network import Network
from ffinfra.network.reading import NETWORK_AT, network_of, network_of_configuration, read_network
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack_kind import StackKind
from ffinfra.stack_secrets import failover_secret_problems, hosts_secret_problems
from ffinfra.validation import value_at
from ffinfra.yaml_document import scan_document

NETWORK_FILE = "Pulumi.prod.yaml"
"""Where the network stands; the failover stack reads it as a file, because prod may be gone."""


IN_ORDER = (StackKind.FAILOVER, StackKind.PROD)
"""The order in which both stacks are changed: what catches a fall stands before anybody climbs."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """What volunteers declared, read without mistakes."""

    network: Network
    delegations: Delegations
    zones: tuple[DeclaredZone, ...]


@dataclass(frozen=True, slots=True)
class StackInput:
    """A stack's kind, its declarations and, for failover, its mode and whether signed zones have their DS."""

    name: str
    kind: StackKind
    declarations: Declarations
    mode: Mode | None
    trust: Trust = Trust.PUBLISHED
    free_additions: bool = False
    """Whether a change that only adds resources needs nobody's approval."""


def read_stack(project: Path, name: str, configuration: Mapping[str, Any]) -> StackInput:
    """Everything that a stack is made from.

    Args:
        project: the project's folder.
        name: the stack's name; ``prod`` and ``failover`` say their kind, others by ``ffinfra:kind``.
        configuration: what the engine passes in, structured values as such.

    Raises:
        InvalidInputError: with every mistake in configuration and declarations, and every secret that is missing.
    """
    kind = kind_of(name, configuration)
    problems: list[Problem] = []
    network = delegations = mode = None
    trust = Trust.PUBLISHED
    try:
        network = with_certificates(_network(project, name, kind, configuration), project)
    except InvalidInputError as error:
        problems += error.problems
    try:
        delegations = read_delegations(project / "dns" / "delegations.yaml", "dns/delegations.yaml")
    except InvalidInputError as error:
        problems += error.problems
    try:
        if kind is StackKind.FAILOVER:
            mode, trust = _mode(name, configuration), _trust(name, configuration)
    except InvalidInputError as error:
        problems += error.problems
    if kind is StackKind.PROD and network is not None:
        problems += hosts_secret_problems(name, network, delegations, configuration)
    if kind is StackKind.FAILOVER and delegations is not None:
        problems += failover_secret_problems(name, delegations, configuration)
    if network is None or delegations is None or problems:
        raise InvalidInputError(problems)
    zones = read_declared_zones(project / "dns", delegations, network)
    free = _truth(name, configuration, "ffinfra:freeAdditions")
    read = StackInput(name, kind, Declarations(network, delegations, zones), mode, trust, free)
    if mode is not None:
        _refuse_broken_validation(read, Standing(mode, trust))
    return read


def read_transports(project: Path) -> Transports:
    """How the machines are reached, as the file of the stack ``prod`` says.

    Raises:
        InvalidInputError: with every mistake.
    """
    text = (project / NETWORK_FILE).read_text("utf-8")
    configuration = (yaml.safe_load(text) or {}).get("config") or {}
    return transports_of(StackKind.PROD, configuration)


def read_declarations(project: Path) -> Declarations:
    """The declarations alone, without any stack.

    Raises:
        InvalidInputError: with every mistake.
    """
    problems: list[Problem] = []
    network = delegations = None
    try:
        network = with_certificates(read_network(project / NETWORK_FILE, NETWORK_FILE), project)
    except InvalidInputError as error:
        problems += error.problems
    try:
        delegations = read_delegations(project / "dns" / "delegations.yaml", "dns/delegations.yaml")
    except InvalidInputError as error:
        problems += error.problems
    if network is None or delegations is None:
        raise InvalidInputError(problems)
    return Declarations(network, delegations, read_declared_zones(project / "dns", delegations, network))


def kind_of(name: str, configuration: Mapping[str, Any]) -> StackKind:
    """What a stack is for; ``prod`` and ``failover`` say it by their name, others by ``ffinfra:kind``.

    Raises:
        InvalidInputError: that is no kind.
    """
    value = configuration.get("ffinfra:kind", name)
    try:
        return StackKind(value)
    except ValueError:
        raise _invalid(name, "ffinfra:kind", f"{value!r} is no kind of stack", StackKind) from None


def _mode(name: str, configuration: Mapping[str, Any]) -> Mode:
    value = configuration.get("ffinfra:mode")
    try:
        return Mode(str(value))
    except ValueError:
        raise _invalid(name, "ffinfra:mode", f"{value!r} is no mode", Mode) from None


def _trust(name: str, configuration: Mapping[str, Any]) -> Trust:
    value = configuration.get("ffinfra:trust", Trust.PUBLISHED)
    try:
        return Trust(str(value))
    except ValueError:
        raise _invalid(name, "ffinfra:trust", f"{value!r} is no state of trust", Trust) from None


def _truth(name: str, configuration: Mapping[str, Any], key: str) -> bool:
    value = configuration.get(key, False)
    text = str(value).lower()
    if text in ("true", "false"):
        return text == "true"
    raise InvalidInputError(
        [
            Problem(
                place=Place(f"Pulumi.{name}.yaml"),
                path=f"config.{key}",
                what=f"{value!r} is no truth value",
                way_out="Allowed are: true, false",
            )
        ]
    )


def _refuse_broken_validation(stack: StackInput, wanted: Standing) -> None:
    """A switch that validating resolvers would not survive is refused, with the one that they would.

    Raises:
        InvalidInputError: with the timeline.
    """
    delegations = stack.declarations.delegations
    broken = breaks_validation(delegations, wanted)
    if not broken:
        return
    caches = memory(delegations, (zone.zone for zone in stack.declarations.zones))
    timeline = stages(delegations, Standing(Mode.PRIMARY, Trust.PUBLISHED), wanted.mode, caches)
    raise InvalidInputError(
        [
            Problem(
                place=Place(f"Pulumi.{stack.name}.yaml"),
                path="config.ffinfra:mode",
                what=f"mode {wanted.mode} would break {', '.join(broken)} for validating resolvers: the parent"
                " has a DS, and the fallback answers without signatures",
                way_out=f"Apply one after the other: {shown(timeline)}",
            )
        ]
    )


def _network(project: Path, name: str, kind: StackKind, configuration: Mapping[str, Any]) -> Network:
    """The network; with lines where the stack's own file is what the engine passed in."""
    if kind is StackKind.FAILOVER:
        return read_network(project / NETWORK_FILE, NETWORK_FILE)
    value = configuration.get("ffinfra:network")
    file = f"Pulumi.{name}.yaml"
    if not isinstance(value, Mapping):
        raise InvalidInputError(
            [
                Problem(
                    place=Place(file), path="config.ffinfra:network", what="is missing", way_out="Declare it"
                )
            ]
        )
    if (project / file).is_file():
        document = scan_document(project / file, file)
        if value_at(document.value, NETWORK_AT) == value:
            return network_of(document, NETWORK_AT)
    return network_of_configuration(value, file)


def structured(configuration: Mapping[str, str]) -> dict[str, Any]:
    """Configuration as a program gets it, JSON texts turned into the values they stand for."""
    return {key: _parsed(value) for key, value in configuration.items()}


def _parsed(value: str) -> Any:  # noqa: ANN401 - any JSON value
    if value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _invalid(name: str, key: str, what: str, allowed: type[StrEnum]) -> InvalidInputError:
    return InvalidInputError(
        [
            Problem(
                place=Place(f"Pulumi.{name}.yaml"),
                path=f"config.{key}",
                what=what,
                way_out=f"Allowed are: {', '.join(allowed)}",
            )
        ]
    )
