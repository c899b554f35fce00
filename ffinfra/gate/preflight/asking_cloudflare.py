"""Asking Cloudflare's API what stands in the zones that a change concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

from ffinfra.dns.readiness.provider_api import Api, cloudflare_api, cloudflare_records
from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.preflight.account_facts import AskedCloudflare, CloudflareZones, StandingRecord
from ffinfra.gate.preflight.answering import BOUND_SECONDS, answered
from ffinfra.gate.preflight.standing_records import standing_record

_NOT_SEEN: Final = frozenset({httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND})
"""What it answers of a zone that is not there, or that the token may not see."""


def ask_cloudflare(changes: ChangeSet, environment: Mapping[str, str]) -> AskedCloudflare:
    """What stands in the zones in which the program declares records, changed by it or not."""
    return answered(lambda: cloudflare_api(environment), lambda api: _asked(api, _zones_of(changes)))


def _zones_of(changes: ChangeSet) -> tuple[str, ...]:
    """The identifiers of zones that have records before or after; one that is not known yet is not asked for."""
    inputs = (
        side
        for change in changes.changes
        if change.type == CLOUDFLARE_RECORD_TYPE
        for side in (change.old_inputs, change.new_inputs)
    )
    named = {(side or {}).get("zoneId") for side in inputs}
    return tuple(sorted(str(one) for one in named if one is not None and not why_hidden(one)))


async def _asked(api: Api, zones: tuple[str, ...]) -> CloudflareZones:
    standing: dict[str, frozenset[StandingRecord]] = {}
    names: dict[str, str] = {}
    async with httpx.AsyncClient(timeout=BOUND_SECONDS) as client:
        for zone in zones:
            try:
                found = await api.get(client, f"/zones/{zone}")
            except httpx.HTTPStatusError as error:
                if error.response.status_code not in _NOT_SEEN:
                    raise
                continue
            names[zone] = str(found["result"]["name"])
            standing[zone] = frozenset(
                [standing_record(one) async for one in cloudflare_records(client, api, zone)]
            )
    return CloudflareZones(names, standing, frozenset(zones) - names.keys())
