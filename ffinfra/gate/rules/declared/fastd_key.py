"""A supernode keeps the key that the nodes' firmware has on file."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule

_HOST_CONFIG = "freifunk:index:HostConfig"
SECRET_FILE = "/etc/fastd/secret.conf"


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    names = {node.name for node in network.supernodes}
    for change in context.changes.effective:
        if change.type != _HOST_CONFIG or change.name not in names or change.old_inputs is None:
            continue
        if _secret_changes(change):
            nodes = network.mesh.nodes // max(len(names), 1)
            yield Hit(
                f"the fastd key of {change.name} would change: {nodes} of {network.mesh.nodes} nodes, an equal"
                " share, would lose this peer until they have new firmware",
                [change.urn],
            )


def _secret_changes(change: Change) -> bool:
    """By the engine's list of differences: the digest masks secrets on both sides, so that they look equal.

    A difference of the secret files as a whole may be the key, and counts.
    """
    return any(path == "secretFiles" or SECRET_FILE in path for path in change.differs)


RULE = Rule(
    identifier="fastd-key",
    title="the fastd key of a supernode stays",
    why="Nodes in the field know their peers by key; a new one needs a firmware update on each of them.",
    severity=Severity.DESTRUCTIVE,
    way_out="Set the old secret again (ffinfra:fastdSecrets), or ship the firmware with the new key first",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
