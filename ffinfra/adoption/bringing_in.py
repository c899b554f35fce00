"""What stands comes into the state of ``prod``, and into the hands of nobody: nothing is changed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from ffinfra.adoption.found import Living
from ffinfra.adoption.identifiers import Identifiers
from ffinfra.failover.held import Wanted, list_held
from ffinfra.failover.rebuilding import find_missing, import_document, take_over, taken
from ffinfra.failover.switching import MODE_KEY
from ffinfra.gate.bindings import GATE_KEY
from ffinfra.gate.engine import Engine
from ffinfra.problems import Place, Problem
from ffinfra.stack import Declarations
from ffinfra.stack_kind import StackKind
from ffinfra.stack_secrets import failover_secret_problems, hosts_secret_problems


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How an import ended.

    Attributes:
        found: what stood, and is in the state now.
        absent: what is declared and does not stand: the preview shows that it would be made.
    """

    found: tuple[Wanted, ...]
    absent: tuple[Wanted, ...]


def bring_in(engine: Engine, living: Living, declarations: Declarations) -> BroughtIn:
    """Import what is declared, stands, and is not in the state yet.

    Raises:
        OperationalError: the program, an API or the engine fails; what was read until then is in the state.
    """
    missing = find_missing(engine)
    held = list_held(missing.resources, engine.environment)
    document = import_document(missing, Identifiers(living, held, declarations.network).of)
    found, absent = taken(missing, document)
    if found:
        take_over(engine, document, [one.urn for one in found if one.protect])
    return BroughtIn(found, absent)


def missing_settings(
    kind: StackKind, configuration: Mapping[str, Any], declarations: Declarations
) -> Iterator[Problem]:
    """What a stack's configuration lacks before its program can run, with the line that sets it."""
    place = Place(f"Pulumi.{kind}.yaml")
    if GATE_KEY not in configuration:
        yield Problem(
            place=place, path=f"config.{GATE_KEY}", what="is missing",
            way_out=f"openssl rand -hex 32 | pulumi config set --secret {GATE_KEY} -s {kind}",
        )  # fmt: skip
    match kind:
        case StackKind.PROD:
            yield from hosts_secret_problems(
                kind, declarations.network, declarations.delegations, configuration
            )
        case StackKind.FAILOVER:
            yield from failover_secret_problems(kind, declarations.delegations, configuration)
            if MODE_KEY not in configuration:
                yield Problem(
                    place=place, path=f"config.{MODE_KEY}", what="is missing",
                    way_out=f"pulumi config set {MODE_KEY} primary -s {kind}; what the parent says corrects it",
                )  # fmt: skip
        case _:
            assert_never(kind)
