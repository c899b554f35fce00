"""Machines that stand in for each other are not taken down together."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule

_SERVER = "hcloud:index/server:Server"
_HOST_CONFIG = "freifunk:index:HostConfig"
_RESTARTING = frozenset({"serverType", "image", "placementGroupId", "rescue"})
"""Inputs of a server that the provider changes with the machine switched off."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    down = {change.name: change.urn for change in context.changes.effective if _takes_down(change)}
    groups = {"nameservers": [server.name for server in network.nameservers]}
    for host in network.hosts:
        groups[f"supernodes of {host.name}"] = [
            node.name for node in network.supernodes if node.host == host.name
        ]
    for group, members in groups.items():
        hit = sorted(set(members) & down.keys())
        if len(hit) > 1:
            yield Hit(f"{', '.join(hit)} would go down together: {group}", [down[name] for name in hit])


def _takes_down(change: Change) -> bool:
    if change.type == _SERVER:
        restarted = any(one.path.split(".")[0].split("[")[0] in _RESTARTING for one in change.properties)
        return change.operation.removes or (change.old_inputs is not None and restarted)
    return change.type == _HOST_CONFIG and change.operation.removes


RULE = Rule(
    identifier="machines-together",
    title="never two nameservers, nor two supernodes of one host, are restarted or replaced at once",
    why="What stands in for the other must be up while the other comes back, and must come back itself.",
    severity=Severity.BLOCK,
    way_out="Change one, see that it serves (ffinfra dns ready, ffinfra kernel status), then the other",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
