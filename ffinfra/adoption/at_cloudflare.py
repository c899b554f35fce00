"""What an account at Cloudflare holds: zones and their records. Only read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import cloudflare
from cloudflare import Cloudflare

from ffinfra.adoption.found import FoundZone, Holder, Living
from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.records import Record, RRset, group_records
from ffinfra.network.api_endpoints import cloudflare_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError

TOKEN = "CLOUDFLARE_API_TOKEN"
_RETRIES = 5


def at_cloudflare(environment: Mapping[str, str]) -> Living:
    """List everything; without a token nothing is asked, and that is told.

    Raises:
        OperationalError: the API refuses or does not answer, or the token is none.
    """
    token = api_token(environment, TOKEN)
    if not token:
        return Living(skipped=(f"Cloudflare: {TOKEN} is not set",))
    base = cloudflare_endpoint(environment)
    try:
        with Cloudflare(api_token=token, base_url=base, max_retries=_RETRIES) as client:
            return Living(zones=tuple(_zone(client, one.to_dict()) for one in client.zones.list()))
    except cloudflare.CloudflareError as error:
        raise OperationalError(
            f"Cloudflare does not list what it holds: {error}",
            "Check the token's permissions, then try again",
        ) from error


def _zone(client: Cloudflare, zone: Mapping[str, object]) -> FoundZone:
    identifier = str(zone["id"])
    records = [one.to_dict() for one in client.dns.records.list(zone_id=identifier, per_page=500)]
    rrsets, odd = understood(records)
    names = zone.get("name_servers")
    return FoundZone(
        origin=f"{zone['name']}.",
        holder=Holder.CLOUDFLARE,
        identifier=identifier,
        nameservers=tuple(sorted(map(str, names))) if isinstance(names, list) else (),
        rrsets=rrsets,
        odd=odd,
    )


def understood(records: Iterable[Mapping[str, object]]) -> tuple[tuple[RRset, ...], tuple[str, ...]]:
    """The records that say themselves what is answered, and the others in words."""
    found: list[Record] = []
    odd: list[str] = []
    for one in records:
        shown = f"{one.get('name')} {one.get('type')}"
        if one.get("proxied"):
            odd.append(f"{shown} is proxied: what is answered is Cloudflare's")
            continue
        try:
            rrset = cloudflare_rrset(one)
        except ValueError as error:
            odd.append(f"{shown} is not understood: {error}")
            continue
        found += [Record(rrset.owner, rrset.type, rrset.ttl, value) for value in rrset.values]
    return group_records(found), tuple(odd)
