"""Who is affected: what hangs on a machine or a zone, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ffinfra.report.subjects import Subject, SubjectKind

if TYPE_CHECKING:
    from ffinfra.network.network import Network
    from ffinfra.stack import Declarations


def hanging_on(subject: Subject, declarations: Declarations | None) -> str:
    """What hangs on a subject, such as ``supernode on vm1, about 70 of 420 nodes``; empty where nothing is known."""
    if declarations is None or subject.kind is not SubjectKind.MACHINE:
        return ""
    network = declarations.network
    for node in network.supernodes:
        if node.name == subject.name:
            return f"supernode on {node.host}, about {_nodes(network, 1)}"
    for server in network.nameservers:
        if server.name == subject.name:
            zones = ", ".join(_zones_named(f"{server.fqdn}.", declarations)) or "no zone"
            return f"nameserver on {server.host}, named by {zones}"
    guests = ", ".join(guest.name for guest in network.guests_of(subject.name))
    return f"host of {guests}" if guests else ""


def affected(subjects: Iterable[Subject], declarations: Declarations | None) -> str:
    """Everyone who is affected by changes of these subjects, in one sentence's half; empty for nobody."""
    subjects = tuple(subjects)
    machines = {one.name for one in subjects if one.kind is SubjectKind.MACHINE}
    parts = _machines(machines, declarations.network) if declarations else _count(len(machines), "machine")
    zones = [zone_name(one.name, declarations) for one in subjects if one.kind is SubjectKind.NAME]
    if zones:
        parts.append(f"names in {', '.join(zones)}")
    return "; ".join(parts)


def _machines(names: set[str], network: Network) -> list[str]:
    """With a host all its guests are affected."""
    for host in network.hosts:
        if host.name in names:
            names |= {guest.name for guest in network.guests_of(host.name)}
    nodes = sum(node.name in names for node in network.supernodes)
    servers = sum(server.name in names for server in network.nameservers)
    parts = []
    if nodes:
        parts.append(f"{nodes} of {len(network.supernodes)} supernodes (about {_nodes(network, nodes)})")
    if servers:
        parts.append(f"{servers} of {len(network.nameservers)} nameservers")
    known = {one.name for one in (*network.guests, *network.hosts)}
    return parts + _count(
        len(names - known), "machine that is not declared", "machines that are not declared"
    )


def _count(number: int, one: str, many: str = "") -> list[str]:
    return [f"{number} {one if number == 1 else many or f'{one}s'}"] if number else []


def _nodes(network: Network, supernodes: int) -> str:
    """An equal share: which node meshes with which supernode is nobody's to declare."""
    return f"{network.mesh.nodes * supernodes // len(network.supernodes)} of {network.mesh.nodes} nodes"


def _zones_named(server: str, declarations: Declarations) -> Iterable[str]:
    for one in declarations.zones:
        apex = one.zone.get(one.zone.origin, "NS")
        if apex is not None and server in apex.values:
            yield one.zone.origin


def zone_name(name: str, declarations: Declarations | None) -> str:
    """A zone's name, also for the identifier of the parent zone or of one of ours at Cloudflare."""
    if declarations is None:
        return name
    delegations = declarations.delegations
    if name == getattr(delegations.parent, "zone_id", None):
        return delegations.parent.origin
    held = (
        (side, zone) for zone in delegations.zones for side in (zone.primary, delegations.fallback_of(zone))
    )
    return next((zone.origin for side, zone in held if getattr(side, "zone_id", None) == name), name)
