"""The secrets of one machine; nothing of them is shown when the object is printed."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

TRANSFER_KEY = "transfer"
"""The TSIG key between our own nameservers: zone transfer and NOTIFY."""

UPDATE_KEY = "update"
"""The TSIG key that changes zones (RFC 2136) and reads them back."""

_FASTD_SECRET = re.compile(r"[0-9a-f]{64}")
_KEY_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_MINIMUM_TSIG_OCTETS = 16


@dataclass(frozen=True, slots=True)
class HostSecrets:
    """What one machine must know and nobody else.

    Attributes:
        fastd: the key that a supernode's fastd instances share, 64 hex digits (``fastd --generate-key``).
        tsig: TSIG key name -> secret in base64, at least 128 bits (RFC 8945 section 6); HMAC-SHA256.
    """

    fastd: str | None = field(default=None, repr=False)
    tsig: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.fastd is not None and (fault := fastd_secret_fault(self.fastd)):
            raise ValueError(f"the fastd secret {fault}")
        for name, secret in self.tsig.items():
            if tsig_name_fault(name):
                raise ValueError(f"{name!r} {tsig_name_fault(name)}")
            if fault := tsig_secret_fault(secret):
                raise ValueError(f"the secret of TSIG key {name} {fault}")
        object.__setattr__(self, "tsig", MappingProxyType(dict(self.tsig)))

    def tsig_secret(self, name: str) -> str:
        """The secret of a key.

        Raises:
            ValueError: it was not given; the message names the key.
        """
        try:
            return self.tsig[name]
        except KeyError:
            raise ValueError(f"the secret of TSIG key {name} is missing") from None


def fastd_secret_fault(secret: object) -> str:
    """What is wrong with a fastd secret, without its value; empty if nothing is."""
    fits = isinstance(secret, str) and _FASTD_SECRET.fullmatch(secret) is not None
    return "" if fits else "is not of 64 lower-case hex digits"


def tsig_secret_fault(secret: object) -> str:
    """What is wrong with a TSIG secret, without its value; empty if nothing is."""
    fits = isinstance(secret, str) and _decoded_octets(secret) >= _MINIMUM_TSIG_OCTETS
    return "" if fits else "is not base64 of 16 octets or more"


def tsig_name_fault(name: str) -> str:
    """What is wrong with the name of a TSIG key; empty if nothing is."""
    return "" if _KEY_NAME.fullmatch(name) else "is no name of a TSIG key"


def _decoded_octets(text: str) -> int:
    """How many octets a base64 text stands for; 0 if it is none."""
    if not text.isascii() or not text.isprintable():
        return 0
    try:
        return len(b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return 0
