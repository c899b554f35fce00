"""Kinds of resources whose loss hurts; the protect option alone is not trusted, a change could drop it."""

from __future__ import annotations

from typing import Final

PROTECTED_KINDS: Final = {
    "hcloud:index/primaryIp:PrimaryIp": "an address that tunnels, glue or the nodes' firmware have on file",
    "hcloud:index/server:Server": "a machine",
    "hcloud:index/zone:Zone": "a zone",
    "hcloud:index/network:Network": "a network",
    "hcloud:index/volume:Volume": "a disk",
    "cloudflare:index/zone:Zone": "a zone",
    "freifunk:index:ZoneContent": "a zone's content",
}
"""Kind -> as what people know it."""
