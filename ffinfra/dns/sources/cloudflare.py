"""A zone as Cloudflare's API holds it."""

from __future__ import annotations

from collections.abc import Mapping

import cloudflare
from cloudflare import Cloudflare

from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.records import Record, RRset, group_records
from ffinfra.network.api_endpoints import cloudflare_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError


def read_cloudflare(zone: str, zone_id: str, environment: Mapping[str, str]) -> tuple[RRset, ...]:
    """All RRsets; Cloudflare's SOA and apex NS are none of its records.

    Args:
        zone: the zone's canonical name, for messages.
        zone_id: Cloudflare's identifier of the zone.
        environment: with CLOUDFLARE_API_TOKEN, and CLOUDFLARE_BASE_URL where it is not Cloudflare's own.

    Raises:
        OperationalError: the API refuses, does not answer, or holds something unknown: proxied records
            among them, whose public answer is not what they say.
    """
    token = api_token(environment, "CLOUDFLARE_API_TOKEN")
    if not token:
        raise OperationalError(
            "CLOUDFLARE_API_TOKEN is not set", "Export a token that may read the zone's DNS"
        )
    base = cloudflare_endpoint(environment)
    try:
        with Cloudflare(api_token=token, base_url=base) as client:
            listed = [one.to_dict() for one in client.dns.records.list(zone_id=zone_id, per_page=500)]
        rrsets = [_rrset(one) for one in listed]
    except cloudflare.CloudflareError as error:
        raise OperationalError(
            f"Cloudflare does not give {zone}: {error}", "Check token and zone id"
        ) from error
    except ValueError as error:
        raise OperationalError(
            f"Cloudflare holds something in {zone} that is not understood: {error}", "Look at its dashboard"
        ) from error
    return group_records(
        Record(rrset.owner, rrset.type, rrset.ttl, value) for rrset in rrsets for value in rrset.values
    )


def _rrset(record: Mapping[str, object]) -> RRset:
    if record.get("proxied"):
        raise ValueError(f"{record.get('name')} {record.get('type')} is proxied")
    return cloudflare_rrset(record)
