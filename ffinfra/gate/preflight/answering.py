"""One provider's answer within bounds, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from ffinfra.dns.readiness.provider_api import UNUSABLE, Api, why_unusable
from ffinfra.gate.preflight.account_facts import NoAnswer
from ffinfra.problems import OperationalError

BOUND_SECONDS: Final = 20.0
"""For all questions to one provider together."""

T = TypeVar("T")


def answered(make_api: Callable[[], Api], question: Callable[[Api], Coroutine[Any, Any, T]]) -> T | NoAnswer:
    """Ask; what a provider refuses, does not answer or answers strangely is no answer, with the reason.

    Args:
        make_api: the provider's API; an OperationalError of it is no answer too.
        question: what is asked there, if there is a token.
    """
    try:
        api = make_api()
    except OperationalError as error:
        return NoAnswer(error.what)
    if not api.token:
        return NoAnswer(f"{api.variable} is not set")
    asked = question(api)
    try:
        return asyncio.run(_bounded(asked))
    except UNUSABLE as error:
        return NoAnswer(f"its API {why_unusable(error, BOUND_SECONDS)}")


async def _bounded(question: Coroutine[Any, Any, T]) -> T:
    async with asyncio.timeout(BOUND_SECONDS):
        return await question
