"""Secrets as the engine writes them into exports and plans when it is asked for plain text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ffinfra.problems import OperationalError

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key under which a value says what it really is (sdk/go, resource.SigKey)."""


def in_clear(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value with the secrets in it as plain values.

    Raises:
        OperationalError: a secret is encrypted, or something other than a secret is wrapped.
    """
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            if "plaintext" not in value:
                raise OperationalError(
                    "an encrypted secret cannot be bound",
                    "Ask the engine for secrets in clear (--show-secrets)",
                )
            return in_clear(json.loads(value["plaintext"]))
        return {name: in_clear(item) for name, item in value.items()}
    if isinstance(value, list):
        return [in_clear(item) for item in value]
    return value
