"""Changes of machines that spare no failure domain of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ffinfra.gate.changes import Change
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import MACHINE_KINDS, machine_of
from ffinfra.gate.rules.rule import Hit
from ffinfra.network.failure_domains import DomainKind, FailureDomain, failure_domains
from ffinfra.network.network import Network

_ONE_HOSTER_FIRST: Final = "Change the machines of one hoster first, look whether they serve, then the others"


def everywhere(network: Network, changed: list[Change]) -> Iterator[Hit]:
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
