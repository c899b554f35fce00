"""The parent names the nameservers that are declared, with the addresses they have."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.names import is_within
from ffinfra.dns.records import RRset, by_key
from ffinfra.gate.context import GateContext
from ffinfra.gate.dns_view import rrsets_after
from ffinfra.gate.findings import Severity
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.stack import Declarations
from ffinfra.stack_kind import StackKind


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    yield from _literals(context.declarations)
    if context.kind is StackKind.FAILOVER:
        yield from _parent(context, context.declarations)


def _literals(declarations: Declarations) -> Iterator[Hit]:
    """The literals of delegations.yaml are the machines of the model."""
    declared = {server.name: server for server in declarations.delegations.nameservers.own}
    model = {server.fqdn: server for server in declarations.network.nameservers}
    for name in sorted(declared.keys() | model.keys()):
        if name not in model:
            yield Hit(f"{name} is delegated to, but no nameserver of the network has that name", [name])
        elif name not in declared:
            yield Hit(f"{name} is a nameserver of the network, but dns/delegations.yaml lacks it", [name])
        else:
            theirs, ours = declared[name], model[name]
            if (theirs.ipv4, theirs.ipv6) != (ours.ipv4, ours.ipv6):
                yield Hit(
                    f"{name} is {ours.ipv4} and {ours.ipv6} in the network,"
                    f" but {theirs.ipv4} and {theirs.ipv6} in dns/delegations.yaml",
                    [name],
                )


def _parent(context: GateContext, declarations: Declarations) -> Iterator[Hit]:
    """After the change, the parent holds exactly what the mode says, for every zone."""
    if context.mode is None:
        yield Hit("the mode of the failover stack is not known", ())
        return
    after = rrsets_after(context.changes, *place_of_parent(declarations.delegations.parent))
    for zone in declarations.delegations.zones:
        wanted = by_key(delegation_rrsets(declarations.delegations, zone, context.mode, context.trust))
        found = by_key(rrset for rrset in after if is_within(rrset.owner, zone.origin))
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                yield Hit(
                    f"the parent would say {_shown(found.get(key))} for {key},"
                    f" but mode {context.mode} means {_shown(wanted.get(key))}",
                    [str(key)],
                )


def _shown(rrset: RRset | None) -> str:
    return f"{', '.join(rrset.values)} (ttl {rrset.ttl})" if rrset else "nothing"


RULE = Rule(
    identifier="delegation-fits",
    title="delegation, glue and nameservers agree",
    why="Resolvers follow the parent: a wrong NS or glue there is an outage that the zone cannot mend.",
    severity=Severity.BLOCK,
    way_out="Make dns/delegations.yaml, the network's nameservers and the parent's records agree",
    evaluate=_evaluate,
    needs_declarations=True,
)
