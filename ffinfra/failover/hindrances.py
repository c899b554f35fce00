"""What speaks against a switch, and what switching all the same costs the visitors."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.modes import nameservers_of
from ffinfra.dns.readiness.verdict import ZoneReadiness

_COSTS: Final = MappingProxyType(
    {
        "address-unknown": "a nameserver without address is of no use",
        "name-under-zone": "the new nameservers cannot be found while the zone itself is not answered",
        "answers-differ": "visitors get other answers than declared",
        "not-compared": "nobody knows whether all answers are as declared",
        "nobody-asked": "nobody knows what visitors will get",
        "out-of-sync": "visitors get old or new answers, as it happens",
        "account": "the provider may stop answering for the zone",
        "undeclared": "visitors get answers that are declared nowhere",
        "behind": "visitors get answers of yesterday",
        "expires": "the new nameservers may stop answering within that time, and then nobody gets an answer",
        "account-unknown": "the provider may stop answering for the zone; nobody could ask it",
        "parent-unknown": "nobody sees whether the parent follows",
        "not-delegated": "nobody finds the zone where the parent does not name it; the switch enters it anew",
        "parent-serves-zone": "visitors are answered by the parent's own nameservers; the switch changes nothing",
        "ds-breaks": "validating resolvers answer SERVFAIL",
        "signatures-end": "validating resolvers answer SERVFAIL once the signatures have ended",
    }
)
"""Reason -> what visitors notice; of a nameserver that does not answer it depends on how many do."""


def cost(delegations: Delegations, zone: DelegatedZone, found: ZoneReadiness) -> str:
    """What visitors of a zone notice when it is switched although it is not ready, and how long it takes to undo."""
    silent = sum(one.id == "no-authority" for one in found.reasons)
    asked = sum(len(one.addresses) for one in nameservers_of(delegations, zone, found.target))
    costs = list(dict.fromkeys(_COSTS[one.id] for one in found.reasons if one.id in _COSTS))
    if silent >= asked:
        costs.insert(0, "nobody gets an answer")
    elif silent:
        costs.insert(0, f"{silent} of {asked} addresses do not answer, so that visitors wait")
    return f"{found.zone}: {'; '.join(costs)}; undoing it takes up to {found.following} s again"
