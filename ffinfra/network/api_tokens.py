"""A token of a provider's API, as the environment holds it."""

from __future__ import annotations

from collections.abc import Mapping

from ffinfra.problems import OperationalError


def api_token(environment: Mapping[str, str], variable: str) -> str:
    """The token that a variable holds; empty where none is set.

    The libraries that send it put the whole header into their message where it cannot be sent, so what cannot is
    refused before any of them sees it.

    Raises:
        OperationalError: it holds what no token does, such as the line end of a file that was read.
    """
    token = environment.get(variable, "")
    if token.isascii() and token.isprintable() and " " not in token:
        return token
    raise OperationalError(
        f"{variable} holds a character that no token has, such as a line end", "Copy the token anew"
    )
