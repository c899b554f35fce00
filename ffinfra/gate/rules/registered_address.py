"""Addresses that others have on file do not change unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

_HOST_CONFIG = "freifunk:index:HostConfig"
_PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
_RDNS = "hcloud:index/rdns:Rdns"
_ENDPOINT = re.compile(r"^(Local|Remote)=(\S+)$", re.MULTILINE)


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.old_inputs is None or change.new_inputs is None:
            continue
        if change.type == _HOST_CONFIG:
            yield from _tunnels(change)
        elif change.type in (_PRIMARY_IP, _RDNS):
            yield from _addresses(change)


def _tunnels(change: Change) -> Iterator[Hit]:
    """The end points in the tunnel's netdev files (systemd.netdev(5))."""
    for one in change.properties:
        if ".netdev" not in one.path or not isinstance(one.old, str) or not isinstance(one.new, str):
            continue
        old, new = dict(_ENDPOINT.findall(one.old)), dict(_ENDPOINT.findall(one.new))
        for end in ("Local", "Remote"):
            if old.get(end) and old.get(end) != new.get(end):
                yield Hit(
                    f"the {end.lower()} end of a tunnel of {change.name} would be {new.get(end, 'nothing')}"
                    f" instead of {old[end]}",
                    [change.urn],
                    "Ask the other end to change it in the same hour, and keep the second tunnel up meanwhile",
                )


def _addresses(change: Change) -> Iterator[Hit]:
    for one in change.properties:
        if one.path in ("ipAddress", "assigneeType", "type"):
            yield Hit(f"{one.path} of {change.name} would be {one.new} instead of {one.old}", [change.urn])


RULE = Rule(
    identifier="registered-address",
    title="tunnel end points and registered addresses stay",
    why="The backbone's routers, the registry's glue and the nodes' firmware have them on file.",
    severity=Severity.DESTRUCTIVE,
    way_out="Put the address back, or agree on the hour with those who have it on file",
    evaluate=_evaluate,
)
