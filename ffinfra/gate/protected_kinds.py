"""Resources whose loss hurts; the protect option alone is not trusted, a change could drop it."""

from __future__ import annotations

from typing import Final

from ffinfra.urn import parent_types_of, type_of

_PROTECTED_KINDS: Final = {
    "hcloud:index/primaryIp:PrimaryIp": "an address that tunnels, glue or the nodes' firmware have on file",
    "hcloud:index/server:Server": "a machine",
    "hcloud:index/zone:Zone": "a zone",
    "hcloud:index/network:Network": "a network",
    "hcloud:index/volume:Volume": "a disk",
    "cloudflare:index/zone:Zone": "a zone",
    "freifunk:index:ZoneContent": "a zone's content",
}
"""Kind -> as what people know it."""

HOST_CONFIG: Final = "freifunk:index:HostConfig"
_NAMESERVER: Final = "ffinfra:network:Nameserver"


def protected_as(urn: str) -> str | None:
    """As what people know a resource whose loss hurts; None for one that is made anew without harm.

    A nameserver on a dedicated host has no resource but its configuration; its component stands in the URN, so that
    it is known even when the model no longer has it.
    """
    if type_of(urn) == HOST_CONFIG and _NAMESERVER in parent_types_of(urn):
        return "a nameserver"
    return _PROTECTED_KINDS.get(type_of(urn))
