"""What a provider's API says of a fallback zone: whether it is in order, and what stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final, assert_never

import httpx

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import DelegatedZone
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSecondarySide, HetznerSide
from ffinfra.dns.names import canonical_name
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, Unknown
from ffinfra.dns.readiness.provider_api import (
    UNUSABLE,
    Api,
    cloudflare_api,
    cloudflare_records,
    hetzner_api,
    hetzner_items,
    why_unusable,
)
from ffinfra.dns.records import RRsetKey
from ffinfra.problems import OperationalError

BOUND_SECONDS: Final = 10.0
"""For the state of one zone, and for each answer: a switch must not wait for an API that hangs."""

LISTING_SECONDS: Final = 60.0
"""For all that stands in one zone: 10,000 records at Hetzner are 200 pages, one after the other."""

_WELL: Final = frozenset({"ok", "updating", "active", "pending"})
"""Zone states in which a provider answers: Hetzner's and Cloudflare's words."""
_NOT_OURS: Final = frozenset({401, 403, 404})
"""What an API answers where the token's account does not hold the zone."""


ProviderSide = HetznerSide | HetznerSecondarySide | CloudflareSide
"""Who has an API that tells of a zone."""


async def ask_account(
    side: ProviderSide, zone: DeclaredZone, environment: Mapping[str, str]
) -> AccountFacts | Unknown | NotAsked:
    """What a provider's API says of a zone; not asked without a token, unknown where it gives no usable answer."""
    try:
        api = _api_of(side, environment)
    except OperationalError as error:
        return Unknown(error.what)
    if not api.token:
        return NotAsked(f"{api.variable} is not set")
    try:
        async with httpx.AsyncClient(timeout=BOUND_SECONDS) as client:
            return await _ask(client, api, side, zone)
    except UNUSABLE as error:
        why = why_unusable(error, BOUND_SECONDS)
        if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in _NOT_OURS:
            return AccountFacts(f"the API {why} for the zone", in_order=False, undeclared=())
        return Unknown(f"the API {why}")


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
            return hetzner_api(environment)
        case CloudflareSide():
            return cloudflare_api(environment)


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
                listing = _hetzner_held(client, api, side, zone.declaration)
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
    client: httpx.AsyncClient, api: Api, side: HetznerSide | HetznerSecondarySide, zone: DelegatedZone
) -> AsyncIterator[RRsetKey]:
    """What stands there; of a zone that came by transfer the API lists no RRsets (incorrect_zone_mode)."""
    if isinstance(side, HetznerSecondarySide):
        return
    async for one in hetzner_items(client, api, f"zones/{zone.zone}/rrsets", "rrsets"):
        owner = zone.origin if one["name"] == "@" else f"{one['name']}.{zone.origin}"
        yield RRsetKey(canonical_name(owner), str(one["type"]))


async def _cloudflare_state(client: httpx.AsyncClient, api: Api, name: str) -> str:
    zone = (await api.get(client, f"/zones/{name}"))["result"]
    return "paused" if zone.get("paused") else str(zone["status"])


async def _cloudflare_held(client: httpx.AsyncClient, api: Api, name: str) -> AsyncIterator[RRsetKey]:
    async for one in cloudflare_records(client, api, name):
        yield RRsetKey(canonical_name(f"{one['name']}."), str(one["type"]))
