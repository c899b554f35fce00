"""TSIG keys of a stack's configuration."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

TSIG_ALGORITHM = "hmac-sha256"


def tsig_secret(tsig: Mapping[str, str], name: str) -> str:
    """The secret of a TSIG key, base64.

    Raises:
        pulumi.RunError: the stack has none of that name.
    """
    if name not in tsig:
        raise pulumi.RunError(
            f"the TSIG key {name} is missing. Set it: pulumi config set --secret --path ffinfra:tsig.{name}"
            " (32 octets, base64)"
        )
    return tsig[name]
