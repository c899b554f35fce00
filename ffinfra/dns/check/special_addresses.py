"""Addresses that are not for everybody.

Source: https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry (2025).
"""

from __future__ import annotations

import ipaddress
from enum import Enum
from typing import Final


class Use(Enum):
    """What an address is for, as far as Address01 asks."""

    DOCUMENTATION = "documentation"
    LOCAL = "local use"
    OTHER_SPECIAL = "special purpose, not globally reachable"
    GLOBAL = "globally reachable"


_BLOCKS: Final = {
    Use.DOCUMENTATION: "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
    Use.LOCAL: "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 "
    "::1/128 fc00::/7 fe80::/10",
    Use.OTHER_SPECIAL: "0.0.0.0/8 192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 240.0.0.0/4 ::/128 ::ffff:0:0/96 "
    "64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2002::/16 5f00::/16",
}

_NETWORKS: Final = [
    (ipaddress.ip_network(block), use) for use, blocks in _BLOCKS.items() for block in blocks.split()
]


def use_of(address: str) -> Use:
    """What an address is for; a block inside one that is not globally reachable counts like the outer one."""
    parsed = ipaddress.ip_address(address)
    return next((use for network, use in _NETWORKS if parsed in network), Use.GLOBAL)
