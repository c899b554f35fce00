"""Nothing that people rely on hangs on one thing, and the mesh keeps its supernodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from ffinfra.dns.delegation.zone_services import ZoneServices, zone_services
from ffinfra.gate.context import GateContext
from ffinfra.gate.earlier import Earlier, EarlierDeclarations, NothingYet, NotKnown
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.failure_domains import FailureDomain
from ffinfra.network.network import Network
from ffinfra.network.survival import Service, services, too_few_supernodes_without
from ffinfra.stack_kind import StackKind

_FALLBACK_ANSWERS = (
    "See that the fallback is ready (ffinfra dns ready) and that a switch to it is signed ahead"
)


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network, delegations = context.declarations.network, context.declarations.delegations
    before = _before(context.earlier_of(StackKind.PROD))
    for zone in zone_services(network, delegations):
        yield from _zone(zone, before)
    for service in services(network):
        yield from _alone(service, service.single_points, before)
    yield from _supernodes(network)


def _zone(zone: ZoneServices, before: _Before) -> Iterator[Hit]:
    """One that a provider holds at rest hangs on it by choice: a note, as long as the fallback is another's."""
    service = zone.at_rest
    yield from _alone(service, zone.for_good, before)
    if zone.until_switched:
        shown = before.shown(service, zone.until_switched)
        yield Hit(
            f"{service.name} would hang on each of: {shown}, until it is switched",
            [service.name],
            _FALLBACK_ANSWERS,
            Severity.NOTE,
        )


def _alone(service: Service, domains: tuple[FailureDomain, ...], before: _Before) -> Iterator[Hit]:
    if not service.alternatives:
        yield Hit(f"{service.name}: nothing would carry it", [service.name])
    elif domains:
        yield Hit(f"{service.name} would hang on each of: {before.shown(service, domains)}", [service.name])


@dataclass(frozen=True, slots=True)
class _Before:
    """What each service hung on until now.

    Attributes:
        hung_on: service -> its failure domains; None where there is nothing to compare with.
        unknown: why that is not known; empty where it is, or where nothing was there.
    """

    hung_on: Mapping[str, frozenset[FailureDomain]] | None = None
    unknown: str = ""

    def shown(self, service: Service, domains: Iterable[FailureDomain]) -> str:
        """Failure domains, each with whether this change brings it about."""
        if self.unknown:
            return f"{', '.join(map(str, domains))} (whether it did so far is not known: {self.unknown})"
        if self.hung_on is None:
            return ", ".join(map(str, domains))
        known = self.hung_on.get(service.name, frozenset())
        return ", ".join(f"{one} ({'as so far' if one in known else 'by this change'})" for one in domains)


def _before(earlier: EarlierDeclarations) -> _Before:
    match earlier:
        case Earlier():
            network, delegations = earlier.network, earlier.delegations
            zones = (zone.at_rest for zone in zone_services(network, delegations))
            found = (*zones, *services(network))
            return _Before({service.name: frozenset(service.single_points) for service in found})
        case NotKnown():
            return _Before(unknown=earlier.reason)
        case NothingYet():
            return _Before()
    assert_never(earlier)


def _supernodes(network: Network) -> Iterator[Hit]:
    have, need = len(network.supernodes), network.mesh.minimum_supernodes
    if have < need:
        yield Hit(
            f"{have} supernodes would be left for {network.mesh.nodes} nodes, {need} are needed",
            [f"supernodes.{node.name}" for node in network.supernodes],
            "Keep the supernode, or declare another before this one goes",
        )
    elif short := too_few_supernodes_without(network):
        yield Hit(
            f"fewer than {need} supernodes would be left without {', '.join(map(str, short))}",
            [str(domain) for domain in short],
            "Spread the supernodes over more hosters and kernels, or lower mesh.minimum_supernodes",
            Severity.NOTE,
        )


RULE = Rule(
    identifier="survives",
    title="no service hangs on one failure domain",
    why="Supernodes and nameservers shared machines and a hoster, and one loss took everything (rows a to c).",
    severity=Severity.BLOCK,
    way_out="Place one of the machines elsewhere; ffinfra survive shows what hangs on what",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
