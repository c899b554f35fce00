"""Which server is spoken to, and with which key."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import dns.name
import dns.tsig

ALGORITHMS: Final = MappingProxyType(
    {
        "hmac-sha256": dns.tsig.HMAC_SHA256,
        "hmac-sha384": dns.tsig.HMAC_SHA384,
        "hmac-sha512": dns.tsig.HMAC_SHA512,
        "hmac-sha224": dns.tsig.HMAC_SHA224,
        "hmac-sha1": dns.tsig.HMAC_SHA1,
        "hmac-md5": dns.tsig.HMAC_MD5,
    }
)
"""TSIG algorithms (RFC 8945 section 6); the last two only for those who offer nothing better."""


@dataclass(frozen=True, slots=True)
class Server:
    """A nameserver's address and port."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        return f"{self.address} port {self.port}"


@dataclass(frozen=True, slots=True)
class Key:
    """A TSIG key; its secret shows in no representation.

    Attributes:
        name: the key's name, a domain name.
        algorithm: one of ``ALGORITHMS``.
        secret: base64.

    Raises:
        ValueError: the algorithm is unknown or the secret is not base64; the secret is not in the message.
    """

    name: str
    algorithm: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise ValueError(
                f"the TSIG algorithm {self.algorithm} is unknown; known are {', '.join(ALGORITHMS)}"
            )
        try:
            empty = not b64decode(self.secret, validate=True)
        except (binascii.Error, ValueError):
            empty = True
        if empty:
            raise ValueError(f"the secret of the TSIG key {self.name} is not base64")

    def for_dnspython(self) -> dns.tsig.Key:
        """The key as dnspython takes it."""
        return dns.tsig.Key(dns.name.from_text(self.name), self.secret, ALGORITHMS[self.algorithm])

    def __str__(self) -> str:
        return self.name
