"""Primaries of secondary zones."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import Field

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body
from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.nameservers.served import PrimaryServer, TransferKey

Algorithm = Literal["hmac-md5", "hmac-sha1", "hmac-sha256"]


@dataclass(frozen=True, slots=True)
class Primary:
    """A nameserver from which a zone is fetched, with its TSIG key in base64."""

    address: str
    port: int
    algorithm: str | None
    key: str | None = field(repr=False, default=None)

    def shape(self) -> JsonObject:
        """As the API shows it: the key too, and only what is set."""
        shown: JsonObject = {"address": self.address, "port": self.port}
        if self.algorithm is not None and self.key is not None:
            shown |= {"tsig_algorithm": self.algorithm, "tsig_key": self.key}
        return shown

    def server(self, key_name: str) -> PrimaryServer:
        """As the nameservers are told."""
        key = None
        if self.algorithm is not None and self.key is not None:
            key = TransferKey(key_name, self.algorithm, self.key)
        return PrimaryServer(self.address, self.port, key)


class NewPrimary(Body):
    """A primary as asked for."""

    address: str
    port: Annotated[int, Field(ge=1, le=65535)] = 53
    tsig_algorithm: Algorithm | None = None
    tsig_key: str | None = Field(None, repr=False)


def checked_primaries(wanted: Sequence[NewPrimary]) -> tuple[Primary, ...]:
    """The primaries of a secondary zone.

    Raises:
        HetznerError: none, twice the same, no IP address, or a key without algorithm or not in base64.
    """
    wrong = [] if wanted else ["a secondary zone needs at least one primary"]
    for primary in wanted:
        try:
            ip_address(primary.address)
        except ValueError:
            wrong.append(f"{primary.address!r} is no IP address")
        if (primary.tsig_key is None) is not (primary.tsig_algorithm is None):
            wrong.append(f"{primary.address}: tsig_key and tsig_algorithm go together")
        if primary.tsig_key is not None and not _is_base64(primary.tsig_key):
            wrong.append(f"{primary.address}: tsig_key is not in base64")
    if len({(primary.address, primary.port) for primary in wanted}) < len(wanted):
        wrong.append("a primary is given twice")
    if wrong:
        raise invalid_input({"primary_nameservers": wrong})
    return tuple(
        Primary(str(ip_address(primary.address)), primary.port, primary.tsig_algorithm, primary.tsig_key)
        for primary in wanted
    )


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except binascii.Error:
        return False
