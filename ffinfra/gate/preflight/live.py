"""Asking the providers that a change concerns, so that the rules judge by what they say now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ffinfra.gate.context import GateContext
from ffinfra.gate.preflight.account_facts import NotAsked
from ffinfra.gate.preflight.asking import ask_hetzner
from ffinfra.gate.preflight.asking_cloudflare import ask_cloudflare
from ffinfra.gate.tokens import CLOUDFLARE, HETZNER


def ask_providers(context: GateContext, environment: Mapping[str, str]) -> GateContext:
    """The context with what each provider says whose token the stack needs, or that the change concerns."""
    changes = context.changes
    hetzner, cloudflare = (
        _concerned(context, HETZNER, "hcloud:"),
        _concerned(context, CLOUDFLARE, "cloudflare:"),
    )
    return replace(
        context,
        account=ask_hetzner(changes, environment) if hetzner else NotAsked(),
        cloudflare=ask_cloudflare(changes, environment) if cloudflare else NotAsked(),
    )


def _concerned(context: GateContext, token: str, package: str) -> bool:
    return token in context.tokens or any(one.type.startswith(package) for one in context.changes.effective)
