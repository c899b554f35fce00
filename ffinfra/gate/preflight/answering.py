"""One provider's answer within bounds, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from ffinfra.dns.readiness.provider_api import UNUSABLE, why_unusable
from ffinfra.gate.preflight.account_facts import NoAnswer

BOUND_SECONDS: Final = 20.0
"""For all questions to one provider together."""

T = TypeVar("T")


def answered(question: Coroutine[Any, Any, T]) -> T | NoAnswer:
    """Ask; what a provider refuses, does not answer or answers strangely is no answer, with the reason."""
    try:
        return asyncio.run(_bounded(question))
    except UNUSABLE as error:
        return NoAnswer(f"its API {why_unusable(error, BOUND_SECONDS)}")


async def _bounded(question: Coroutine[Any, Any, T]) -> T:
    async with asyncio.timeout(BOUND_SECONDS):
        return await question
