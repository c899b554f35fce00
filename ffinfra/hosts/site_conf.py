"""The mesh entry in the firmware: gluon's site.conf from the supernodes, and what an existing one would lose.

Nodes get new peers by a firmware update only (row g of the founding story): a peer that disappears here cuts
off every node whose firmware knows no other. Settings: https://gluon.readthedocs.io/en/stable/user/site.html,
section mesh_vpn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from ffinfra.hosts.lua_table import LuaValue, read_lua_table
from ffinfra.hosts.templates import rendered
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network

_REMOTE = re.compile(
    r"\s*(?:(?:ipv4|ipv6)\s+)?(?:\"(?P<name>[^\"]+)\"|\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<v4>[0-9.]+))"
    r"(?:\s+port\s+(?P<port>\d+)|:(?P<short>\d+))?\s*"
)
"""A remote as fastd reads it (fastd manual, peer configuration)."""


class LossKind(StrEnum):
    """What nodes in the field would lose."""

    PEER_VANISHED = "peer-vanished"
    KEY_CHANGED = "key-changed"
    ADDRESS_NOT_OURS = "address-not-ours"
    NAME_UNKNOWN = "name-unknown"
    PORT_CHANGED = "port-changed"
    NO_COMMON_METHOD = "no-common-method"
    MTU_DIFFERS = "mtu-differs"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing that a node with this site.conf would miss.

    Attributes:
        kind: what sort of loss.
        peer: the peer's name in the site.conf; empty where it concerns all.
        what: in words, with the values.
        way_out: what to do.
    """

    kind: LossKind
    peer: str
    what: str
    way_out: str


@dataclass(frozen=True, slots=True)
class SiteConfCheck:
    """An existing site.conf beside the model.

    Attributes:
        losses: what nodes would lose; empty means that every node with this firmware finds its way.
        untold: supernodes that the firmware does not know; its nodes just never use them.
    """

    losses: tuple[Loss, ...]
    untold: tuple[str, ...]


def mesh_vpn(network: Network) -> str:
    """The ``mesh_vpn`` part of a site.conf, as Lua.

    The peers' names are resolved by the nodes; their addresses stand beside them, so that a failure of the DNS
    does not cut the mesh.
    """
    supernodes = network.supernodes
    return rendered(
        "mesh_vpn.lua.j2",
        host=network.community,
        mtu=min((node.fastd.mtu for node in supernodes), default=1312),
        methods=_common_methods(supernodes),
        supernodes=[{"node": node, "fqdn": network.machine_fqdn(node.name)} for node in supernodes],
        wireguard=[
            {"node": node, "fqdn": network.machine_fqdn(node.name)} for node in supernodes if node.wireguard
        ],
    )


def check_site_conf(network: Network, text: str, file: str) -> SiteConfCheck:
    """Compare a site.conf with the model.

    Raises:
        InvalidInputError: it is no Lua table of plain values.
    """
    site = read_lua_table(text, file)
    fastd = _table(_table(site.get("mesh_vpn")).get("fastd"))
    peers = list(_peers(fastd))
    losses = [*_settings_losses(network, _table(site.get("mesh_vpn")), fastd)]
    for name, peer in peers:
        losses += _peer_losses(network, name, peer)
    known = {str(peer.get("key")) for _name, peer in peers}
    untold = tuple(node.name for node in network.supernodes if node.fastd.public_key not in known)
    return SiteConfCheck(tuple(losses), untold)


def _common_methods(supernodes: Sequence[Supernode]) -> list[str]:
    """The methods that all supernodes offer, in the first one's order."""
    if not supernodes:
        return []
    shared = set.intersection(*(set(node.fastd.methods) for node in supernodes))
    return [method.value for method in supernodes[0].fastd.methods if method in shared]


def _settings_losses(
    network: Network, vpn: Mapping[str | int, LuaValue], fastd: Mapping[str | int, LuaValue]
) -> Iterator[Loss]:
    offered = {method.value for node in network.supernodes for method in node.fastd.methods}
    methods = [str(method) for method in _table(fastd.get("methods")).values()]
    if methods and not offered & set(methods):
        yield Loss(
            kind=LossKind.NO_COMMON_METHOD,
            peer="",
            what=f"the firmware speaks {', '.join(methods)}, no supernode does",
            way_out=f"Offer one of them under fastd.methods, beside {', '.join(sorted(offered))}",
        )
    mtu = vpn.get("mtu")
    served = {node.fastd.mtu for node in network.supernodes}
    if isinstance(mtu, int) and served and served != {mtu}:
        yield Loss(
            kind=LossKind.MTU_DIFFERS,
            peer="",
            what=f"the firmware's tunnels have an MTU of {mtu}, the supernodes' {_numbers(served)}",
            way_out="Large packets would vanish; use one value for both",
        )


def _peer_losses(network: Network, name: str, peer: Mapping[str | int, LuaValue]) -> Iterator[Loss]:
    key = str(peer.get("key"))
    by_key = {node.fastd.public_key: node for node in network.supernodes}
    by_name = {node.name: node for node in network.supernodes}
    node = by_key.get(key)
    if node is None and name in by_name:
        yield Loss(
            kind=LossKind.KEY_CHANGED,
            peer=name,
            what=f"the firmware knows {name} by the key {key[:8]}…, its key is now {_short(by_name[name])}",
            way_out="Nodes refuse another key; keep the old one until the firmware with the new one is everywhere",
        )
    elif node is None:
        yield Loss(
            kind=LossKind.PEER_VANISHED,
            peer=name,
            what=f"the peer {name} with the key {key[:8]}… is no supernode any more",
            way_out="Keep it until no firmware in the field names it, or give its key to another supernode",
        )
    else:
        for remote in _remotes(peer.get("remotes")):
            yield from _remote_losses(network, name, node, remote)


def _remote_losses(network: Network, name: str, node: Supernode, remote: str) -> Iterator[Loss]:
    match = _REMOTE.fullmatch(remote)
    if match is None:
        what = f"the remote {remote!r} of {name} is not understood"
        yield Loss(kind=LossKind.UNREADABLE, peer=name, what=what, way_out="Look at it by hand")
        return
    own = {str(node.ipv4), str(node.ipv6)}
    address = _address(match["v4"] or match["v6"] or match["name"])
    if address is not None and str(address) not in own:
        yield Loss(
            kind=LossKind.ADDRESS_NOT_OURS,
            peer=name,
            what=f"the firmware calls {name} at {address}, which is not its address",
            way_out=f"{name} has {' and '.join(sorted(own))}; keep the old address until the firmware is everywhere",
        )
    if address is None and match["name"] != network.machine_fqdn(node.name):
        yield Loss(
            kind=LossKind.NAME_UNKNOWN,
            peer=name,
            what=f"whether {match['name']} leads to {node.name} is not in the declaration",
            way_out=f"Declare the name in the DNS or use {network.machine_fqdn(node.name)}",
        )
    port = int(match["port"] or match["short"] or 0)
    if port != node.fastd.port:
        yield Loss(
            kind=LossKind.PORT_CHANGED,
            peer=name,
            what=f"the firmware calls {name} at port {port}, it listens at {node.fastd.port}",
            way_out="Keep the old port until the firmware with the new one is everywhere",
        )


def _peers(group: Mapping[str | int, LuaValue]) -> Iterator[tuple[str, Mapping[str | int, LuaValue]]]:
    """All peers of all groups, however deep."""
    for name, peer in _table(group.get("peers")).items():
        yield str(name), _table(peer)
    for inner in _table(group.get("groups")).values():
        yield from _peers(_table(inner))


def _remotes(value: LuaValue) -> list[str]:
    return [value] if isinstance(value, str) else [str(remote) for remote in _table(value).values()]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _table(value: LuaValue | None) -> Mapping[str | int, LuaValue]:
    return value if isinstance(value, dict) else {}


def _short(node: Supernode) -> str:
    return f"{node.fastd.public_key[:8]}…"


def _numbers(values: set[int]) -> str:
    return " and ".join(str(value) for value in sorted(values))
