"""At least two nameservers, and nothing that takes all of them down at once."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.failure_domains import failure_domains


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    servers = network.nameservers
    names = [f"nameservers.{server.name}" for server in servers]
    if len(servers) < 2:
        yield Hit(f"{len(servers)} nameserver would be left, at least two are needed (RFC 2182)", names)
        return
    shared = frozenset.intersection(*(failure_domains(network, server) for server in servers))
    for domain in sorted(shared):
        yield Hit(f"all {len(servers)} nameservers would hang on {domain}", names)


RULE = Rule(
    identifier="nameservers-left",
    title="two nameservers or more, in two failure domains or more of every kind",
    why="The nameservers fell with the machines that they shared, and the domains with them (row c).",
    severity=Severity.BLOCK,
    way_out="Place a nameserver on a host of another hoster, site and upstream",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
