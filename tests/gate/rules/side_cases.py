"""Cases of the rules on own nameservers and the fallback: changed together, too few, other than declared."""

from __future__ import annotations

from dataclasses import replace

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.sides import HetznerSide, SideBackend
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.context import GateContext
from ffinfra.gate.earlier import EarlierDeclarations, NothingYet, NotKnown
from ffinfra.gate.operations import Operation
from ffinfra.stack import Declarations
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import (
    SERVER,
    Case,
    applied,
    change,
    context,
    machine,
    parent_changes,
    sample,
    with_network,
)

NETWORK = sample().network


def _both_sides(
    other: Operation, *, server: str = "ns3", declarations: Declarations | None = None
) -> GateContext:
    own = change(Operation.UPDATE, SERVER, server, {"name": server}, {"name": "other"})
    zone = {"name": "ff.musterstadt.example"}
    fallback = change(other, "hcloud:index/zone:Zone", "ff", zone, {**zone, "ttl": 60})
    return context([own, fallback], declarations=declarations)


def _both_declared(
    *,
    own: bool,
    fallback: bool,
    prod: EarlierDeclarations | None = None,
    failover: EarlierDeclarations | None = None,
) -> GateContext:
    """Declarations that differ on one side, or both, from what each stack was changed to last."""
    declared = with_network(**machine(NETWORK, "ns1", host="vm2")) if own else sample()
    delegations = sample().delegations
    if fallback:
        servers = delegations.nameservers.model_copy(
            update={"fallback": delegations.nameservers.fallback[1:]}
        )
        delegations = delegations.model_copy(update={"nameservers": servers})
    earlier = {
        StackKind.PROD: prod or applied(sample()),
        StackKind.FAILOVER: failover or applied(sample()),
    }
    return context(declarations=replace(declared, delegations=delegations), earlier=earlier)


def _switched(judged: GateContext) -> GateContext:
    """The same declarations, in a change of the failover stack that does nothing but switch."""
    steps = ChangeSet(tuple(parent_changes(Mode.PRIMARY, Mode.FALLBACK)))
    return replace(judged, changes=steps, kind=StackKind.FAILOVER, mode=Mode.FALLBACK)


def _renamed_nameserver(name: str) -> Declarations:
    """The sample, its last nameserver under another name."""
    *others, last = NETWORK.nameservers
    return with_network(nameservers=(*others, last.model_copy(update={"name": name})))


def _at_hetzner() -> Declarations:
    """The sample, its first zone at Hetzner at rest."""
    delegations = sample().delegations
    first = delegations.zones[0].model_copy(update={"primary": HetznerSide(backend=SideBackend.HETZNER)})
    return replace(
        sample(), delegations=delegations.model_copy(update={"zones": (first, *delegations.zones[1:])})
    )


def _nameservers_at(*hosts: str) -> GateContext:
    servers = tuple(
        server.model_copy(update={"host": host})
        for server, host in zip(NETWORK.nameservers, hosts, strict=False)
    )
    return context(declarations=with_network(nameservers=servers))


def _own_address(address: str) -> GateContext:
    return context(declarations=with_network(**machine(NETWORK, "ns1", ipv4=address)))


def failover_change(before: Mode, after: Mode, said: Mode) -> GateContext:
    """A switch of the failover stack, and the mode that is said to be set."""
    return context(parent_changes(before, after), kind=StackKind.FAILOVER, mode=said)


PASSING: list[Case] = [
    ("nameservers-left", context, []),
    ("both-sides", lambda: _both_sides(Operation.SAME), []),
    ("both-sides", lambda: _both_sides(Operation.UPDATE, declarations=_at_hetzner()), []),
    ("both-sides", lambda: _both_declared(own=True, fallback=False), []),
    ("both-sides", lambda: _both_declared(own=False, fallback=True), []),
    ("both-sides", lambda: _both_declared(own=True, fallback=True, failover=NothingYet()), []),
    ("both-sides", lambda: _switched(_both_declared(own=True, fallback=True)), []),
    ("delegation-fits", lambda: failover_change(Mode.PRIMARY, Mode.FALLBACK, Mode.FALLBACK), []),
]

FAILING: list[Case] = [
    (
        "nameservers-left",
        lambda: _nameservers_at("vm1"),
        ["block: 1 nameserver would be left, at least two are needed (RFC 2182)"],
    ),
    (
        "nameservers-left",
        lambda: _nameservers_at("vm1", "vm1", "vm1"),
        [
            "block: all 3 nameservers would hang on account rheinrack-4711",
            "block: all 3 nameservers would hang on autonomous system AS64496",
            "block: all 3 nameservers would hang on host vm1",
            "block: all 3 nameservers would hang on hoster rheinrack",
            "block: all 3 nameservers would hang on site rheinrack/fra1",
            "block: all 3 nameservers would hang on upstream rhein-transit",
        ],
    ),
    (
        "both-sides",
        lambda: _both_sides(Operation.UPDATE),
        ["block: 1 changes touch the own nameservers and 1 the fallback's"],
    ),
    (
        "both-sides",
        lambda: _both_declared(own=True, fallback=True),
        [
            (
                "block: the declarations change both sides at once, over both stacks: nameserver ns1,"
                " fallback nameserver hydrogen.ns.hetzner.example"
            )
        ],
    ),
    (
        "both-sides",
        lambda: _both_declared(own=True, fallback=True, failover=NotKnown("it is in no commit")),
        [
            (
                "note: the declarations change nameserver ns1; whether they change the other side too is not"
                " known: it is in no commit"
            )
        ],
    ),
    (
        "both-sides",
        lambda: _both_sides(Operation.UPDATE, server="ns-1-ipv4", declarations=_renamed_nameserver("ns-1")),
        ["block: 1 changes touch the own nameservers and 1 the fallback's"],
    ),
    (
        "delegation-fits",
        lambda: _own_address("192.0.2.54"),
        [
            (
                "block: ns1.mesh.musterstadt.example is 192.0.2.54 and 2001:db8:1::53 in the network,"
                " but 192.0.2.53 and 2001:db8:1::53 in dns/delegations.yaml"
            )
        ],
    ),
    (
        "delegation-fits",
        lambda: context(kind=StackKind.FAILOVER),
        ["block: the mode of the failover stack is not known"],
    ),
]
