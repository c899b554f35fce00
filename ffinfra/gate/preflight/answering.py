"""One provider's answer within bounds, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import httpx

from ffinfra.gate.preflight.account_facts import NoAnswer

BOUND_SECONDS: Final = 20.0
"""For all questions to one provider together."""

T = TypeVar("T")


def answered(question: Coroutine[Any, Any, T]) -> T | NoAnswer:
    """Ask; what a provider refuses, does not answer or answers strangely is no answer, with the reason."""
    try:
        return asyncio.run(_bounded(question))
    except httpx.HTTPStatusError as error:
        return NoAnswer(f"its API answers {error.response.status_code}")
    except (httpx.HTTPError, TimeoutError) as error:
        return NoAnswer(f"its API does not answer within {BOUND_SECONDS:.0f} s ({type(error).__name__})")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return NoAnswer(f"its API answers in a form that is not understood ({type(error).__name__}: {error})")


async def _bounded(question: Coroutine[Any, Any, T]) -> T:
    async with asyncio.timeout(BOUND_SECONDS):
        return await question
