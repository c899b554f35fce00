"""Which API tokens a stack needs, and what can be said of those in the environment without asking an API."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Final

from ffinfra.dns.delegation.parents import CloudflareParent, HetznerParent
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSecondarySide, HetznerSide
from ffinfra.gate.context import TokenShape
from ffinfra.stack import StackInput
from ffinfra.stack_kind import StackKind

HETZNER: Final = "HCLOUD_TOKEN"
CLOUDFLARE: Final = "CLOUDFLARE_API_TOKEN"
_LENGTHS: Final = {HETZNER: range(64, 65), CLOUDFLARE: range(40, 129)}
"""Lengths that such a token may have; Hetzner's plugin refuses all but 64."""


def token_shapes(stack: StackInput, environment: Mapping[str, str] = os.environ) -> dict[str, TokenShape]:
    """What can be said of the tokens that a stack needs."""
    return {
        variable: _shape(environment.get(variable, ""), _LENGTHS[variable])
        for variable in sorted(set(_needed(stack)))
    }


def _needed(stack: StackInput) -> Iterator[str]:
    delegations = stack.declarations.delegations
    if stack.kind is StackKind.PROD:
        yield HETZNER
    if stack.kind is StackKind.FAILOVER:
        if isinstance(delegations.parent, CloudflareParent):
            yield CLOUDFLARE
        if isinstance(delegations.parent, HetznerParent):
            yield HETZNER
    for zone in delegations.zones:
        side = zone.primary if stack.kind is StackKind.PROD else delegations.fallback_of(zone)
        if isinstance(side, CloudflareSide):
            yield CLOUDFLARE
        if isinstance(side, HetznerSide | HetznerSecondarySide):
            yield HETZNER


def _shape(token: str, lengths: range) -> TokenShape:
    if not token:
        return TokenShape.MISSING
    fits = len(token) in lengths and token.isascii() and token.isprintable() and " " not in token
    return TokenShape.FITTING if fits else TokenShape.MALFORMED
