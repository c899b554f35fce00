"""How long secondaries go on answering without their primary, as far as it can be known from outside."""

from __future__ import annotations

from datetime import datetime

from ffinfra.dns.records import SOA


def lives_at_least(soa: SOA, primary_seen: datetime, now: datetime) -> int:
    """Seconds until a secondary that kept to the SOA's timers may give the zone up; negative when that is over.

    No secondary tells when it last had the zone confirmed. One that is well asked its primary within refresh and
    retry before the primary was last seen, and answers for expire from then on (RFC 1035 sections 3.3.13, 4.3.5).

    Args:
        soa: of the zone.
        primary_seen: when the primary was last seen to speak for the zone.
        now: the present time.
    """
    passed = (now - primary_seen).total_seconds()
    return round(soa.expire - soa.refresh - soa.retry - passed)
