"""The server and the key that a person names for a transfer."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

from ffinfra.dns.wire.server import Key, Server
from ffinfra.problems import InvalidInputError, Place, Problem

KEY_VARIABLE: Final = "FFINFRA_IMPORT_TSIG"
"""The environment variable with ``algorithm:name:secret``; a secret on a command line would show in ps."""


def server_of(text: str) -> Server:
    """The server from ``address`` or ``address@port``.

    Raises:
        InvalidInputError: the text has another form.
    """
    address, at, port = text.partition("@")
    try:
        return Server(str(ipaddress.ip_address(address)), _port(port) if at else 53)
    except ValueError as error:
        problem = Problem(
            place=Place(text), what=str(error), way_out="Write an address, or address@port: 192.0.2.53@5353"
        )
        raise InvalidInputError([problem]) from error


def key_of(environment: Mapping[str, str]) -> Key | None:
    """The TSIG key of the environment, if one is set; no message holds its secret.

    Raises:
        InvalidInputError: it has another form.
    """
    text = environment.get(KEY_VARIABLE)
    if not text:
        return None
    algorithm, _, rest = text.partition(":")
    name, _, secret = rest.partition(":")
    try:
        return Key(name, algorithm, secret)
    except ValueError as error:
        problem = Problem(
            place=Place(KEY_VARIABLE),
            what=str(error),
            way_out="Write algorithm:name:secret, secret in base64",
        )
        raise InvalidInputError([problem]) from None


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"{text!r} is no port")
    return int(text)
