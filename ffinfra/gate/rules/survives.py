"""Nothing that people rely on hangs on one thing, and the mesh keeps its supernodes."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.survival import services, too_few_supernodes_without


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    for service in services(network, (one.declaration.zone for one in context.declarations.zones)):
        alone = [cut for cut in service.cut_sets() if len(cut) < 2]
        if () in alone:
            yield Hit(f"{service.name}: nothing would carry it", [service.name])
        elif alone:
            named = ", ".join(str(domain) for (domain,) in alone)
            yield Hit(f"{service.name} would hang on each of: {named}", [service.name])
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
