"""No change takes away or rewrites a large share of what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import MACHINE_KINDS, machine_of
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.gate.switches import is_switch
from ffinfra.network.failure_domains import DomainKind, FailureDomain, failure_domains
from ffinfra.network.network import Network

LIMIT = 0.5
"""Share of the resources that are there."""
FEW = 6
"""Up to so many resources there is no share worth the name, unless they are removed."""
_ONE_HOSTER_FIRST: Final = "Change the machines of one hoster first, look whether they serve, then the others"


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """A switch of the delegation is left out: it changes all that a small failover stack holds."""
    if is_switch(context):
        return
    there = {
        change.urn for change in context.changes.changes if change.custom and change.old_inputs is not None
    }
    changed = [
        change
        for change in context.changes.effective
        if change.urn in there and change.operation is not Operation.CREATE
    ]
    touched = {change.urn for change in changed}
    removed = {change.urn for change in changed if change.operation.removes}
    if len(there) > FEW and len(touched) / len(there) > LIMIT:
        yield _share(touched, there, "change")
    elif len(removed) > 1 and len(removed) / len(there) > LIMIT:
        yield _share(removed, there, "be removed or replaced")
    if context.declarations is not None:
        yield from _everywhere(context.declarations.network, changed)


def _share(touched: set[str], there: set[str], verb: str) -> Hit:
    share = len(touched) / len(there)
    return Hit(
        f"{len(touched)} of {len(there)} resources ({share:.0%}) would {verb}, over {LIMIT:.0%}", touched
    )


def _everywhere(network: Network, changed: list[Change]) -> Iterator[Hit]:
    """Machines in all failure domains of a kind at once: a mistake in what they share would spare none."""
    places = _places(network)
    parts = [change for change in changed if change.type in MACHINE_KINDS]
    for severity, verb, judged in (
        (None, "be removed or replaced", [change for change in parts if change.operation.removes]),
        (Severity.NOTE, "change", parts),
    ):
        machines = {machine: change.urn for change in judged if (machine := machine_of(change, places))}
        kinds = _kinds_hit_everywhere(places, machines)
        if kinds:
            yield Hit(
                f"machines in every {_listed(kinds)} would {verb} at once: {', '.join(sorted(machines))}",
                {change.urn for change in judged if machine_of(change, places)},
                _ONE_HOSTER_FIRST,
                severity,
            )
            return


def _places(network: Network) -> dict[str, frozenset[FailureDomain]]:
    """Guest or dedicated host -> the places that it stands in."""
    guests = {guest.name: failure_domains(network, guest) for guest in network.guests}
    hosts = {guest.host: guests[guest.name] for guest in network.guests}
    return {**hosts, **guests}


def _kinds_hit_everywhere(
    places: Mapping[str, frozenset[FailureDomain]], machines: Mapping[str, str]
) -> list[str]:
    """The kinds of failure domains of which there are several, and of which each has such a machine."""
    there = frozenset[FailureDomain]().union(*places.values())
    hit = frozenset[FailureDomain]().union(*(places[machine] for machine in machines))
    several = [kind for kind in DomainKind if len([one for one in there if one.kind is kind]) > 1]
    return [str(kind) for kind in several if all(one in hit for one in there if one.kind is kind)]


def _listed(kinds: list[str]) -> str:
    return f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]


RULE = Rule(
    identifier="too-much",
    title=f"at most {LIMIT:.0%} of the resources change at once",
    why="A wrong default or an empty list rewrites everything; what people mean to do is small.",
    severity=Severity.DESTRUCTIVE,
    way_out="Look for one cause of all these changes; if all is meant, two people approve, or split it",
    evaluate=_evaluate,
)
