"""What a provider's API says of a fallback zone: whether it is in order, and what stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSecondarySide, HetznerSide
from ffinfra.dns.names import canonical_name
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, Unknown
from ffinfra.dns.records import RRsetKey

BOUND_SECONDS: Final = 10.0
"""For one zone: a switch must not wait for an API that hangs."""

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
    match side:
        case HetznerSide() | HetznerSecondarySide():
            base = environment.get("HCLOUD_ENDPOINT") or _HETZNER
            api = Api(base.rstrip("/"), "HCLOUD_TOKEN", environment.get("HCLOUD_TOKEN", ""))
            name, asking = zone.declaration.zone, _hetzner
        case CloudflareSide():
            base = environment.get("CLOUDFLARE_BASE_URL") or _CLOUDFLARE
            token = environment.get("CLOUDFLARE_API_TOKEN", "")
            api = Api(base.rstrip("/"), "CLOUDFLARE_API_TOKEN", token)
            name, asking = side.zone_id, _cloudflare
    if not api.token:
        return NotAsked(f"{api.variable} is not set")
    origin = zone.zone.origin
    try:
        async with asyncio.timeout(BOUND_SECONDS), httpx.AsyncClient(timeout=BOUND_SECONDS) as client:
            state, held = await asking(client, api, name, origin)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            return AccountFacts(f"the API answers {status} for the zone", in_order=False, undeclared=())
        return Unknown(f"the API answers {status}")
    except (httpx.HTTPError, TimeoutError) as error:
        return Unknown(f"the API does not answer within {BOUND_SECONDS:.0f} s ({type(error).__name__})")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return Unknown(f"the API answers in a form that is not understood ({type(error).__name__}: {error})")
    known = {rrset.key for rrset in zone.zone.rrsets}
    own = {RRsetKey(origin, rdtype) for rdtype in ("SOA", "NS")}
    undeclared = tuple(sorted(held - known - own))
    return AccountFacts(f"the zone is {state}", in_order=state in _WELL, undeclared=undeclared)


async def _hetzner(
    client: httpx.AsyncClient, api: Api, name: str, origin: str
) -> tuple[str, frozenset[RRsetKey]]:
    state = str((await api.get(client, f"/zones/{name}"))["zone"]["status"])
    held: set[RRsetKey] = set()
    page: int | None = 1
    while page is not None:
        answer = await api.get(client, f"/zones/{name}/rrsets?per_page=50&page={page}")
        for one in answer["rrsets"]:
            owner = origin if one["name"] == "@" else f"{one['name']}.{origin}"
            held.add(RRsetKey(canonical_name(owner), str(one["type"])))
        page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")
    return state, frozenset(held)


async def _cloudflare(
    client: httpx.AsyncClient, api: Api, name: str, origin: str
) -> tuple[str, frozenset[RRsetKey]]:
    del origin
    zone = (await api.get(client, f"/zones/{name}"))["result"]
    state = "paused" if zone.get("paused") else str(zone["status"])
    held: set[RRsetKey] = set()
    page, pages = 1, 1
    while page <= pages:
        answer = await api.get(client, f"/zones/{name}/dns_records?per_page=500&page={page}")
        held |= {RRsetKey(canonical_name(f"{one['name']}."), str(one["type"])) for one in answer["result"]}
        pages = int((answer.get("result_info") or {}).get("total_pages") or 1)
        page += 1
    return state, frozenset(held)
