"""Asking a provider's API: its address and token, its pages, and words for an answer that cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from ffinfra.network.api_endpoints import cloudflare_endpoint, hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.network.credentials import TokenVariable

_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.3
_RECORDS: Final = 500
"""Records a page at Cloudflare."""

UNUSABLE: Final = (httpx.HTTPError, TimeoutError, AttributeError, KeyError, TypeError, ValueError)
"""What is raised where a provider refuses, does not answer, or answers in a form that is not understood."""


@dataclass(frozen=True, slots=True)
class Api:
    """One provider's API.

    Attributes:
        base: its address.
        variable: the environment variable with its token.
        token: the token; empty where none is set.
    """

    base: str
    variable: str
    token: str

    async def get(self, client: httpx.AsyncClient, path: str) -> Any:  # noqa: ANN401 - any JSON value
        """Ask; what a provider fails at for a moment is asked again.

        Raises:
            httpx.HTTPError: it refuses, or does not answer.
        """
        for left in reversed(range(_TRIES)):
            answer = await client.get(self.base + path, headers={"Authorization": f"Bearer {self.token}"})
            if left and (answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error):
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            return answer.raise_for_status().json()
        raise AssertionError("the last try returns or raises")


def hetzner_api(environment: Mapping[str, str]) -> Api:
    """Hetzner's, as the environment names it.

    Raises:
        OperationalError: the variable of its address holds none, or that of the token what is no token.
    """
    return _api(hetzner_endpoint(environment), TokenVariable.HETZNER, environment)


def cloudflare_api(environment: Mapping[str, str]) -> Api:
    """Cloudflare's, as the environment names it.

    Raises:
        OperationalError: the variable of its address holds none, or that of the token what is no token.
    """
    return _api(cloudflare_endpoint(environment), TokenVariable.CLOUDFLARE, environment)


def _api(base: str, variable: TokenVariable, environment: Mapping[str, str]) -> Api:
    return Api(base, variable, api_token(environment, variable))


async def hetzner_items(
    client: httpx.AsyncClient, api: Api, path: str, key: str
) -> AsyncIterator[dict[str, Any]]:
    """Every item of a list, page by page.

    Args:
        client: that asks.
        api: Hetzner's.
        path: of the list, with its parameters.
        key: under which a page has the items.
    """
    joint = "&" if "?" in path else "?"
    page: int | None = 1
    while page is not None:
        answer = await api.get(client, f"/{path}{joint}per_page=50&page={page}")
        for one in answer[key]:
            yield one
        page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")


async def cloudflare_records(
    client: httpx.AsyncClient, api: Api, zone_id: str
) -> AsyncIterator[dict[str, Any]]:
    """Every record of a zone, page by page."""
    page, pages = 1, 1
    while page <= pages:
        answer = await api.get(client, f"/zones/{zone_id}/dns_records?per_page={_RECORDS}&page={page}")
        for one in answer["result"]:
            yield one
        pages = int((answer.get("result_info") or {}).get("total_pages") or 1)
        page += 1


def why_unusable(error: Exception, seconds: float) -> str:
    """What an API did instead of a usable answer, in words.

    Args:
        error: one of ``UNUSABLE``.
        seconds: how long it was waited for.
    """
    match error:
        case httpx.HTTPStatusError():
            return f"answers {error.response.status_code}"
        case httpx.HTTPError() | TimeoutError():
            return f"does not answer within {seconds:.0f} s ({type(error).__name__})"
        case _:
            return f"answers in a form that is not understood ({type(error).__name__}: {error})"
