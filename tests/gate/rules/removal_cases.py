"""Cases of the rules on what a preview removes, hides, or leaves without hooks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from tests.gate.rules.contexts import (
    RRSET,
    SERVER,
    Case,
    change,
    context,
    rrset,
)

ADDRESS = "sn5-ipv4, an address that tunnels, glue or the nodes' firmware have on file"


def _protected_removal(operation: Operation, *, protected: bool) -> GateContext:
    removed = change(operation, "hcloud:index/primaryIp:PrimaryIp", "sn5-ipv4", {"name": "sn5"}, None,
                     protected_before=protected)  # fmt: skip
    return context([removed])


def _looked_up(operation: Operation) -> Change:
    """What is only looked up; the engine puts no hooks on it."""
    inputs = {"name": "vpc"}
    network = "hcloud:index/network:Network"
    return change(operation, network, "vpc", None, inputs, hooked=False, looked_up_after="7")


def _nameserver(urn: str) -> GateContext:
    forgotten = change(Operation.DELETE, "freifunk:index:HostConfig", urn, {"host": urn}, None)
    return context([replace(forgotten, urn=f"urn:pulumi:prod::ffinfra::{urn}")])


def _records(touched: int) -> GateContext:
    changes = []
    for number in range(10):
        new = rrset(number, "192.0.2.9" if number < touched else "192.0.2.1")
        operation = Operation.UPDATE if number < touched else Operation.SAME
        changes.append(change(operation, RRSET, f"host{number}", rrset(number), new))
    return context(changes)


PASSING: list[Case] = [
    ("readable", context, []),
    ("hooked", lambda: _records(1), []),
    ("hooked", lambda: context([_looked_up(Operation.READ)]), []),
    ("hooked", lambda: context([_looked_up(Operation.READ_REPLACEMENT)]), []),
    ("protected-removal", lambda: _protected_removal(Operation.SAME, protected=True), []),
    (
        "protected-removal",
        lambda: _nameserver("ffinfra:network:Supernode$freifunk:index:HostConfig::sn1"),
        [],
    ),
    ("zone-share", lambda: _records(3), []),
]

FAILING: list[Case] = [
    (
        "readable",
        lambda: context(unreadable=("operation 'explode' on x",), incomplete=("sn5-ipv4 is protected",)),
        [
            "block: not known to this gate: operation 'explode' on x",
            "block: the preview failed, so later steps may be missing: sn5-ipv4 is protected",
        ],
    ),
    (
        "hooked",
        lambda: context([change(Operation.SAME, SERVER, "sn5", {"name": "a"}, {"name": "a"}, hooked=False)]),
        ["block: 1 resources are without the gate's hooks"],
    ),
    (
        "protected-removal",
        lambda: _protected_removal(Operation.DELETE, protected=True),
        [f"block: {ADDRESS}, would be deleted"],
    ),
    (
        "protected-removal",
        lambda: _protected_removal(Operation.DELETE, protected=False),
        [f"destructive: {ADDRESS}, would be deleted"],
    ),
    *(
        (
            "protected-removal",
            partial(_nameserver, urn),
            [f"destructive: {name}, a nameserver, would be deleted"],
        )
        for name, urn in (
            ("ns1", "freifunk:index:HostConfig::ns1"),
            ("ns9", "ffinfra:network:Nameserver$freifunk:index:HostConfig::ns9"),
        )
    ),
    (
        "protected-removal",
        lambda: _protected_removal(Operation.DELETE_REPLACED, protected=False),
        [f"block: {ADDRESS}, would be replaced because of a request"],
    ),
    (
        "zone-share",
        lambda: _records(4),
        [
            (
                "destructive: 4 of 10 records of ff.musterstadt.example. at Hetzner DNS (40%) would change,"
                " more than 30%"
            )
        ],
    ),
]
