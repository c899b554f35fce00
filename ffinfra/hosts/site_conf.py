"""The mesh entry in the firmware: gluon's site.conf from the supernodes, and what an existing one would lose.

Nodes get new peers by a firmware update only (row g of the founding story): a peer that disappears here cuts
off every node whose firmware knows no other. Settings: https://gluon.readthedocs.io/en/stable/user/site.html,
section mesh_vpn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ffinfra.hosts.firmware_losses import (
    NOBODY,
    Loss,
    LuaTable,
    fastd_losses,
    settings_losses,
    table,
    wireguard_losses,
)
from ffinfra.hosts.lua_table import read_lua_table
from ffinfra.hosts.templates import rendered
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network


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
    vpn = table(read_lua_table(text, file).get("mesh_vpn"))
    fastd, wireguard = table(vpn.get("fastd")), table(vpn.get("wireguard"))
    peers, links = list(_peers(fastd)), list(_peers(wireguard))
    losses = [*settings_losses(network, vpn, fastd)]
    if not peers and not links:
        losses.append(NOBODY)
    for name, peer in peers:
        losses += fastd_losses(network, name, peer)
    for name, peer in links:
        losses += wireguard_losses(network, name, peer)
    return SiteConfCheck(tuple(losses), _untold(network, peers, links))


def _untold(
    network: Network, peers: Sequence[tuple[str, LuaTable]], links: Sequence[tuple[str, LuaTable]]
) -> tuple[str, ...]:
    """The supernodes that none of the firmware's ways leads to."""
    keys = {str(peer.get("key")) for _name, peer in peers}
    keys |= {str(peer.get("public_key")) for _name, peer in links}
    return tuple(node.name for node in network.supernodes if not keys & set(_keys(node)))


def _keys(node: Supernode) -> Iterator[str]:
    yield node.fastd.public_key
    if node.wireguard is not None:
        yield node.wireguard.public_key


def _common_methods(supernodes: Sequence[Supernode]) -> list[str]:
    """The methods that all supernodes offer, in the first one's order."""
    if not supernodes:
        return []
    shared = set.intersection(*(set(node.fastd.methods) for node in supernodes))
    return [method.value for method in supernodes[0].fastd.methods if method in shared]


def _peers(group: LuaTable) -> Iterator[tuple[str, LuaTable]]:
    """All peers of all groups, however deep."""
    for name, peer in table(group.get("peers")).items():
        yield str(name), table(peer)
    for inner in table(group.get("groups")).values():
        yield from _peers(table(inner))
