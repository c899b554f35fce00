"""Addresses that others have on file do not change unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.dns_view import ZoneChange
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import PRIMARY_IP
from ffinfra.gate.parent_zone import place_of_parent
from ffinfra.gate.property_changes import Hidden
from ffinfra.gate.protected_kinds import HOST_CONFIG
from ffinfra.gate.rules.rule import Hit, Rule

_RDNS = "hcloud:index/rdns:Rdns"
_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    HOST_CONFIG: ("transport.address",),
    PRIMARY_IP: ("ipAddress", "assigneeType", "type"),
    _RDNS: ("ipAddress", "assigneeType", "type"),
}
_ENDPOINT = re.compile(r"^(Local|Remote)=(\S+)$", re.MULTILINE)
_OTHER_END = "Ask the other end to change it in the same hour, and keep the second tunnel up meanwhile"
_GLUE = (
    "Change the glue at the parent (or at the registrar) in the same hour, and let the old address answer"
    " until caches have forgotten it"
)


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.old_inputs is None:
            continue
        if change.type == HOST_CONFIG:
            yield from _tunnels(change, change.old_inputs, change.new_inputs or {})
        if change.new_inputs is not None:
            yield from _addresses(change)
    if context.declarations is not None:
        for zone in context.dns.zones:
            yield from _nameservers(context, zone)


def _tunnels(change: Change, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Hit]:
    """End points are compared over all tunnels of a machine, so that a file may have another name."""
    if why_hidden(_netdev_files(after)):
        yield Hit(f"the tunnels of {change.name} are not known before the update", [change.urn], _OTHER_END)
        return
    old, new = _end_points(before), _end_points(after)
    for end in ("Local", "Remote"):
        gone = sorted(old.get(end, set()) - new.get(end, set()))
        come = sorted(new.get(end, set()) - old.get(end, set()))
        if gone:
            yield Hit(
                f"the {end.lower()} end of a tunnel of {change.name} would be"
                f" {', '.join(come) or 'nothing'} instead of {', '.join(gone)}",
                [change.urn],
                _OTHER_END,
            )


def _netdev_files(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The files that make tunnels (systemd.netdev(5)); of files that are hidden as a whole, that one value."""
    files = inputs.get("files")
    if not isinstance(files, Mapping):
        return {} if files is None else {"files": files}
    return {path: file for path, file in files.items() if path.endswith(".netdev")}


def _end_points(inputs: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in _netdev_files(inputs).values():
        content = file.get("content") if isinstance(file, Mapping) else None
        for end, address in _ENDPOINT.findall(content) if isinstance(content, str) else ():
            found.setdefault(end, set()).add(address)
    return found


def _addresses(change: Change) -> Iterator[Hit]:
    looked_at = _ADDRESSES.get(change.type, ())
    for one in change.properties:
        if one.path in looked_at and isinstance(one.old, str):
            new = one.new.value if isinstance(one.new, Hidden) else one.new
            yield Hit(f"{one.path} of {change.name} would be {new} instead of {one.old}", [change.urn])


def _nameservers(context: GateContext, zone: ZoneChange) -> Iterator[Hit]:
    """Addresses of nameservers, which the parent's glue, secondaries and friends have on file.

    A switch of mode takes the whole RRset out of the parent, and changes no address.
    """
    assert context.declarations is not None
    delegations = context.declarations.delegations
    names = {f"{server.name}." for server in delegations.all_nameservers} | {
        value
        for change in zone.differences.changes
        if change.key.type == "NS" and change.old is not None
        for value in change.old.values
    }
    at_parent = (zone.carrier, zone.zone) == place_of_parent(delegations.parent)
    for change in zone.differences.changes:
        if change.key.type not in ("A", "AAAA") or change.key.owner not in names or not change.removed_values:
            continue
        if change.new is not None or not at_parent:
            yield Hit(
                f"the nameserver {change.key.owner} would be {', '.join(change.added_values) or 'nowhere'}"
                f" instead of {', '.join(change.removed_values)} at {zone.carrier}",
                [str(change.key)],
                _GLUE,
            )


RULE = Rule(
    identifier="registered-address",
    title="tunnel end points, nameservers' addresses and registered addresses stay",
    why="The backbone's routers, the registry's glue and the nodes' firmware have them on file.",
    severity=Severity.DESTRUCTIVE,
    way_out="Put the address back, or agree on the hour with those who have it on file",
    evaluate=_evaluate,
)
