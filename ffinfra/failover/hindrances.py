"""What speaks against a switch, and what switching all the same costs the visitors."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.readiness.estimates import worst
from ffinfra.dns.readiness.judging import Reason, ZoneReadiness

_COSTS: Final = MappingProxyType(
    {
        "address-unknown": "a nameserver without address is of no use",
        "name-under-zone": "the new nameservers cannot be found while the zone itself is not answered",
        "answers-differ": "visitors get other answers than declared",
        "nobody-asked": "nobody knows what visitors will get",
        "out-of-sync": "visitors get old or new answers, as it happens",
        "account": "the provider may stop answering for the zone",
        "undeclared": "visitors get answers that are declared nowhere",
        "parent-unknown": "nobody sees whether the parent follows",
        "ds-breaks": "validating resolvers answer SERVFAIL",
    }
)
"""Reason -> what visitors notice; of a nameserver that does not answer it depends on how many do."""


def hindrances(delegations: Delegations, zone: DelegatedZone, found: ZoneReadiness) -> tuple[Reason, ...]:
    """The reasons that forbid the switch: a DS that is taken out first, in a stage of its own, is none."""
    staged = delegations.breaks_at_fallback(zone)
    return tuple(one for one in found.reasons if not (staged and one.id == "ds-breaks"))


def cost(
    delegations: Delegations, zone: DelegatedZone, found: ZoneReadiness, reasons: Sequence[Reason]
) -> str:
    """What visitors of a zone notice when it is switched in spite of the reasons, and how long it takes to undo."""
    silent = sum(one.id == "no-authority" for one in reasons)
    asked = sum(len(one.addresses) for one in nameservers_of(delegations, zone, found.target))
    costs = list(dict.fromkeys(_COSTS[one.id] for one in reasons if one.id in _COSTS))
    if silent >= asked:
        costs.insert(0, "nobody gets an answer")
    elif silent:
        costs.insert(0, f"{silent} of {asked} addresses do not answer, so that visitors wait")
    return f"{found.zone}: {'; '.join(costs)}; undoing it takes up to {worst(found.estimates)} s again"
