"""What a provider's API says of a fallback zone: whether it is in order, and what stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

import httpx

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSecondarySide, HetznerSide
from ffinfra.dns.names import canonical_name
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, Unknown
from ffinfra.dns.records import RRsetKey

BOUND_SECONDS: Final = 10.0
"""For the state of one zone, and for each answer: a switch must not wait for an API that hangs."""

LISTING_SECONDS: Final = 60.0
"""For all that stands in one zone: 10,000 records at Hetzner are 200 pages, one after the other."""

_HETZNER: Final = "https://api.hetzner.cloud/v1"
_CLOUDFLARE: Final = "https://api.cloudflare.com/client/v4"
_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.3
_WELL: Final = frozenset({"ok", "updating", "active", "pending"})
"""Zone states in which a provider answers: Hetzner's and Cloudflare's words."""


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


ProviderSide = HetznerSide | HetznerSecondarySide | CloudflareSide
"""Who has an API that tells of a zone."""


async def ask_account(
    side: ProviderSide, zone: DeclaredZone, environment: Mapping[str, str]
) -> AccountFacts | Unknown | NotAsked:
    """What a provider's API says of a zone; not asked without a token, unknown where it gives no usable answer."""
    api = _api_of(side, environment)
    if not api.token:
        return NotAsked(f"{api.variable} is not set")
    try:
        async with httpx.AsyncClient(timeout=BOUND_SECONDS) as client:
            return await _ask(client, api, side, zone)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            return AccountFacts(f"the API answers {status} for the zone", in_order=False, undeclared=())
        return Unknown(f"the API answers {status}")
    except (httpx.HTTPError, TimeoutError) as error:
        return Unknown(f"the API does not answer within {BOUND_SECONDS:.0f} s ({type(error).__name__})")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return Unknown(f"the API answers in a form that is not understood ({type(error).__name__}: {error})")


def in_full(found: AccountFacts | Unknown | NotAsked) -> AccountFacts | Unknown:
    """What counts where the account must be looked at: what was not, or not to its end, is unknown."""
    match found:
        case NotAsked(reason=reason):
            return Unknown(reason)
        case AccountFacts(state=state, unlisted=unlisted) if unlisted:
            return Unknown(f"{state}; its records were {unlisted}")
        case AccountFacts() | Unknown():
            return found
    assert_never(found)


def _api_of(side: ProviderSide, environment: Mapping[str, str]) -> Api:
    match side:
        case HetznerSide() | HetznerSecondarySide():
            base, variable = environment.get("HCLOUD_ENDPOINT") or _HETZNER, "HCLOUD_TOKEN"
        case CloudflareSide():
            base, variable = environment.get("CLOUDFLARE_BASE_URL") or _CLOUDFLARE, "CLOUDFLARE_API_TOKEN"
    return Api(base.rstrip("/"), variable, environment.get(variable, ""))


async def _ask(client: httpx.AsyncClient, api: Api, side: ProviderSide, zone: DeclaredZone) -> AccountFacts:
    """State first, then what stands there: what was listed in time counts, even where it is not all.

    Raises:
        TimeoutError: the state is not told in time.
        httpx.HTTPError: the API refuses, or does not answer.
    """
    origin = zone.zone.origin
    async with asyncio.timeout(BOUND_SECONDS):
        match side:
            case HetznerSide() | HetznerSecondarySide():
                state = await _hetzner_state(client, api, zone.declaration.zone)
                listing = _hetzner_held(client, api, zone.declaration.zone, origin)
            case CloudflareSide():
                state = await _cloudflare_state(client, api, side.zone_id)
                listing = _cloudflare_held(client, api, side.zone_id)
    held: set[RRsetKey] = set()
    unlisted = ""
    try:
        async with asyncio.timeout(LISTING_SECONDS):
            async for key in listing:
                held.add(key)
    except TimeoutError:
        unlisted = f"not all looked at within {LISTING_SECONDS:.0f} s"
    known = {rrset.key for rrset in zone.zone.rrsets}
    own = {RRsetKey(origin, rdtype) for rdtype in ("SOA", "NS")}
    undeclared = tuple(sorted(held - known - own))
    return AccountFacts(f"the zone is {state}", state in _WELL, undeclared, unlisted)


async def _hetzner_state(client: httpx.AsyncClient, api: Api, name: str) -> str:
    return str((await api.get(client, f"/zones/{name}"))["zone"]["status"])


async def _hetzner_held(
    client: httpx.AsyncClient, api: Api, name: str, origin: str
) -> AsyncIterator[RRsetKey]:
    page: int | None = 1
    while page is not None:
        answer = await api.get(client, f"/zones/{name}/rrsets?per_page=50&page={page}")
        for one in answer["rrsets"]:
            owner = origin if one["name"] == "@" else f"{one['name']}.{origin}"
            yield RRsetKey(canonical_name(owner), str(one["type"]))
        page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")


async def _cloudflare_state(client: httpx.AsyncClient, api: Api, name: str) -> str:
    zone = (await api.get(client, f"/zones/{name}"))["result"]
    return "paused" if zone.get("paused") else str(zone["status"])


async def _cloudflare_held(client: httpx.AsyncClient, api: Api, name: str) -> AsyncIterator[RRsetKey]:
    page, pages = 1, 1
    while page <= pages:
        answer = await api.get(client, f"/zones/{name}/dns_records?per_page=500&page={page}")
        for one in answer["result"]:
            yield RRsetKey(canonical_name(f"{one['name']}."), str(one["type"]))
        pages = int((answer.get("result_info") or {}).get("total_pages") or 1)
        page += 1
