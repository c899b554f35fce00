"""What nodes in the field would lose: one peer, or the settings, of a site.conf beside the model (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from ffinfra.hosts.lua_table import LuaValue
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network

LuaTable = Mapping[str | int, LuaValue]

_REMOTE = re.compile(
    r"\s*(?:(?:ipv4|ipv6)\s+)?(?:\"(?P<name>[^\"]+)\"|\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<v4>[0-9.]+))"
    r"(?:\s+port\s+(?P<port>\d+)|:(?P<short>\d+))?\s*"
)
"""A remote as fastd reads it (fastd manual, peer configuration)."""

_ENDPOINT = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]\s]+)):(?P<port>\d+)")
"""An endpoint as gluon gives it to wg(8)."""


class LossKind(StrEnum):
    """What nodes in the field would lose."""

    PEER_VANISHED = "peer-vanished"
    KEY_CHANGED = "key-changed"
    ADDRESS_NOT_OURS = "address-not-ours"
    NAME_UNKNOWN = "name-unknown"
    PORT_CHANGED = "port-changed"
    NO_COMMON_METHOD = "no-common-method"
    NO_PEER = "no-peer"
    LINK_ADDRESS_CHANGED = "link-address-changed"
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


NOBODY: Final = Loss(
    kind=LossKind.NO_PEER,
    peer="",
    what="no peer stands in mesh_vpn.fastd.groups or mesh_vpn.wireguard.peers",
    way_out="Give the whole site.conf with its peers; a node without a peer has no way into the mesh",
)


def settings_losses(network: Network, vpn: LuaTable, fastd: LuaTable) -> Iterator[Loss]:
    """What the firmware's methods and MTU cost all nodes."""
    offered = {method.value for node in network.supernodes for method in node.fastd.methods}
    methods = [str(method) for method in table(fastd.get("methods")).values()]
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


def fastd_losses(network: Network, name: str, peer: LuaTable) -> Iterator[Loss]:
    """What nodes would lose that call this peer by fastd."""
    keys = {node.name: node.fastd.public_key for node in network.supernodes}
    node = _owner(network, keys, str(peer.get("key")))
    if node is None:
        yield _stranger(keys, name, str(peer.get("key")))
        return
    for remote in _remotes(peer.get("remotes")):
        match = _REMOTE.fullmatch(remote)
        if match is None:
            yield _unreadable(name, "remote", remote)
        else:
            host = match["v4"] or match["v6"] or match["name"]
            port = int(match["port"] or match["short"] or 0)
            yield from _way_losses(network, name, node, (host, port), node.fastd.port)


def wireguard_losses(network: Network, name: str, peer: LuaTable) -> Iterator[Loss]:
    """What nodes would lose that call this peer by WireGuard."""
    entries = {node.name: node.wireguard for node in network.supernodes if node.wireguard}
    keys = {node: entry.public_key for node, entry in entries.items()}
    node = _owner(network, keys, str(peer.get("public_key")))
    if node is None:
        yield _stranger(keys, name, str(peer.get("public_key")))
        return
    entry, endpoint = entries[node.name], str(peer.get("endpoint"))
    match = _ENDPOINT.fullmatch(endpoint)
    if match is None:
        yield _unreadable(name, "endpoint", endpoint)
    else:
        way = (match["v6"] or match["host"], int(match["port"]))
        yield from _way_losses(network, name, node, way, entry.port)
    link = str(peer.get("link_address"))
    if _address(link) != entry.link_address:
        yield Loss(
            kind=LossKind.LINK_ADDRESS_CHANGED,
            peer=name,
            what=f"the firmware looks for {name} at {link} inside the tunnel, it is at {entry.link_address}",
            way_out="Keep the old link address until the firmware with the new one is everywhere",
        )


def _owner(network: Network, keys: Mapping[str, str], key: str) -> Supernode | None:
    """The supernode that a key belongs to."""
    return next((node for node in network.supernodes if keys.get(node.name) == key), None)


def _stranger(keys: Mapping[str, str], name: str, key: str) -> Loss:
    """A peer whose key is nobody's."""
    if name in keys:
        return Loss(
            kind=LossKind.KEY_CHANGED,
            peer=name,
            what=f"the firmware knows {name} by the key {key[:8]}…, its key is now {keys[name][:8]}…",
            way_out="Nodes refuse another key; keep the old one until the firmware with the new one is everywhere",
        )
    return Loss(
        kind=LossKind.PEER_VANISHED,
        peer=name,
        what=f"the peer {name} with the key {key[:8]}… is no supernode any more",
        way_out="Keep it until no firmware in the field names it, or give its key to another supernode",
    )


def _unreadable(name: str, what: str, text: str) -> Loss:
    return Loss(
        kind=LossKind.UNREADABLE,
        peer=name,
        what=f"the {what} {text!r} of {name} is not understood",
        way_out="Look at it by hand",
    )


def _way_losses(
    network: Network, name: str, node: Supernode, way: tuple[str, int], listens: int
) -> Iterator[Loss]:
    """What is wrong with host and port that the firmware calls."""
    host, port = way
    own = {str(node.ipv4), str(node.ipv6)}
    address = _address(host)
    if address is not None and str(address) not in own:
        yield Loss(
            kind=LossKind.ADDRESS_NOT_OURS,
            peer=name,
            what=f"the firmware calls {name} at {address}, which is not its address",
            way_out=f"{name} has {' and '.join(sorted(own))}; keep the old address until the firmware is everywhere",
        )
    if address is None and host != network.machine_fqdn(node.name):
        yield Loss(
            kind=LossKind.NAME_UNKNOWN,
            peer=name,
            what=f"whether {host} leads to {node.name} is not in the declaration",
            way_out=f"Declare the name in the DNS or use {network.machine_fqdn(node.name)}",
        )
    if port != listens:
        yield Loss(
            kind=LossKind.PORT_CHANGED,
            peer=name,
            what=f"the firmware calls {name} at port {port}, it listens at {listens}",
            way_out="Keep the old port until the firmware with the new one is everywhere",
        )


def _remotes(value: LuaValue) -> list[str]:
    return [value] if isinstance(value, str) else [str(remote) for remote in table(value).values()]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def table(value: LuaValue | None) -> LuaTable:
    """A value as a table; empty where it is none."""
    return value if isinstance(value, dict) else {}


def _numbers(values: set[int]) -> str:
    return " and ".join(str(value) for value in sorted(values))
