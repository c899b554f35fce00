"""How long secondaries go on answering without their primary: as they tell it, else as the SOA allows to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ffinfra.dns.records import SOA


def lives_at_least(soa: SOA, unconfirmed: int) -> int:
    """Seconds until a secondary that kept to the SOA's timers may give the zone up; negative: too long ago to tell.

    One that is well asked its primary within refresh and retry before the primary was last seen, and answers for
    expire from then on (RFC 1035 sections 3.3.13, 4.3.5).

    Args:
        soa: of the zone.
        unconfirmed: seconds since the primary was last seen to speak for the zone.
    """
    return soa.expire - soa.refresh - soa.retry - unconfirmed


def shortest_life(
    secondaries: Iterable[str], told: Mapping[str, int], soa: SOA | None, unconfirmed: int | None
) -> int | None:
    """The shortest of all secondaries, seconds; None where nothing is known of any.

    One that answers has not expired: where the bound is over, its primary has lived since without being seen from
    here, and how long it goes on is as unknown as if the primary had never been seen.

    Args:
        secondaries: the addresses that speak for the zone with authority.
        told: what they tell themselves (RFC 7314), by address.
        soa: of the zone, for those that do not tell.
        unconfirmed: seconds since their primary was last seen; None for never.
    """
    bound = lives_at_least(soa, unconfirmed) if soa is not None and unconfirmed is not None else None
    known = [told.get(address, bound) for address in secondaries]
    return min((one for one in known if one is not None and one >= 0), default=None)
