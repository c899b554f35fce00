"""The kernel's hash of an address, as nftables uses it (include/linux/jhash.h, net/netfilter/nft_hash.c)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address

_MASK = 0xFFFFFFFF
_START = 0xDEADBEEF


def bucket(address: IPv4Address | IPv6Address, buckets: int, seed: int) -> int:
    """``jhash ip saddr mod <buckets> seed <seed>``: the hash, scaled to the number of buckets."""
    return (_jhash(address.packed, seed) * buckets) >> 32


def _jhash(key: bytes, seed: int) -> int:
    a = b = c = (_START + len(key) + seed) & _MASK
    while len(key) > 12:
        words = struct.unpack("<3I", key[:12])
        a, b, c = (a + words[0]) & _MASK, (b + words[1]) & _MASK, (c + words[2]) & _MASK
        a, b, c = _mixed(a, b, c)
        key = key[12:]
    words = struct.unpack("<3I", key.ljust(12, b"\0"))
    return _final((a + words[0]) & _MASK, (b + words[1]) & _MASK, (c + words[2]) & _MASK)


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & _MASK


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = ((a - c) & _MASK) ^ _rotated(c, bits)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _rotated(b, bits)) & _MASK
        a, b, c = b, c, a
    return b
