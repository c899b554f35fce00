"""Which public addresses are handed out."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Network

from ffinfra.lab.clouds.hetzner.errors import refused
from ffinfra.lab.clouds.settings import AddressPool


class Addresses:
    """Addresses by the name of a primary IP, else the next free one."""

    def __init__(self, pool: AddressPool) -> None:
        self._pool = pool
        self._taken: set[str] = set()
        self._reserved = set(pool.by_name.values())

    def take(self, name: str, version: str) -> str:
        """An address for a primary IP: ``203.0.113.7`` for ``ipv4``, ``2001:db8:1::/64`` for ``ipv6``.

        Raises:
            HetznerError: there is no free one, or the one reserved for this name is of the other version.
        """
        reserved = self._pool.by_name.get(name)
        if reserved is not None and reserved not in self._taken:
            if (":" in reserved) is not (version == "ipv6"):
                raise refused("resource_unavailable", f"the address reserved for {name} is no {version}", 412)
            self._taken.add(reserved)
            return reserved
        candidates = self._ipv4() if version == "ipv4" else self._ipv6()
        for candidate in candidates:
            text = str(candidate)
            if text not in self._taken and text not in self._reserved:
                self._taken.add(text)
                return text
        raise refused("resource_unavailable", f"no {version} address is left in the stand-in's pool", 412)

    def release(self, address: str) -> None:
        """Take an address back."""
        self._taken.discard(address)

    def _ipv4(self) -> Iterator[IPv4Address]:
        for prefix in self._pool.ipv4_prefixes:
            yield from prefix.hosts()

    def _ipv6(self) -> Iterator[IPv6Network]:
        for prefix in self._pool.ipv6_prefixes:
            yield from prefix.subnets(new_prefix=64)
