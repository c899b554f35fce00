"""Supernodes have cores of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.hosts import CloudSlice, CpuKind


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    for node in network.supernodes:
        host = network.host(node.host)
        if isinstance(host, CloudSlice):
            cpu = hcloud_catalogue().server_types[host.server_type].cpu
            what = f"{host.server_type} of {host.name}"
        else:
            cpu, what = host.cpu, host.name
        if cpu is CpuKind.SHARED:
            yield Hit(f"{node.name} would run on the shared cores of {what}", [f"supernodes.{node.name}"])


RULE = Rule(
    identifier="shared-cpu",
    title="no supernode on shared cores",
    why="Two supernodes on rented vServers were suspended for their load with two hours' notice (row b).",
    severity=Severity.BLOCK,
    way_out="Use a type with dedicated cores (ccx at Hetzner) or a dedicated host, or waive it by name",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
