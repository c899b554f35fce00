"""A record at Cloudflare as what may stand beside others there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.names import canonical_name
from ffinfra.gate.preflight.account_facts import StandingRecord


def standing_record(given: Mapping[str, Any]) -> StandingRecord:
    """From an API answer or a resource's inputs; a type that we do not read counts by its content as it is."""
    try:
        rrset = cloudflare_rrset(given)
        return StandingRecord(rrset.owner, rrset.type, rrset.values[0])
    except ValueError:
        return StandingRecord(
            canonical_name(f"{given.get('name')}."), str(given.get("type")), str(given.get("content"))
        )
