"""DNSSEC04: signatures over DNSKEY and SOA are neither short-lived nor long-lived."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import dns.rdatatype
from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Argument, Level, Message, message
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone

HOUR: Final = 3600
DAY: Final = 24 * HOUR
SHORTEST_REMAINING: Final = 12 * HOUR
LONGEST: Final = 180 * DAY
"""Seconds, of the remaining and of the whole life of a signature."""


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Judge the signatures in the first responses for both sets."""
    keys = await zone.v1.first_response(zone.name, DNSKEY_TYPE, Edns.DNSSEC)
    if keys is None:
        return []
    soa = await zone.v1.first_response(zone.name, SOA_TYPE, Edns.DNSSEC)
    if soa is None:
        return []
    signatures = keys.rdatas(RRSIG, sections=ANSWER) + soa.rdatas(RRSIG, sections=ANSWER)
    return [said for signature in signatures for said in _judge(signature, int(keys.received))]


def _judge(signature: RRSIG, now: int) -> list[Message]:
    about: dict[str, Argument] = {
        "keytag": signature.key_tag,
        "types": dns.rdatatype.to_text(signature.type_covered),
    }
    expiration = datetime.fromtimestamp(signature.expiration, UTC).isoformat()
    messages = [message("RRSIG_EXPIRATION", date=expiration, **about)]
    remaining = signature.expiration - now
    duration = signature.expiration - signature.inception
    if remaining < 0:
        messages.append(message("RRSIG_EXPIRED", expiration=signature.expiration, **about))
    elif remaining < SHORTEST_REMAINING:
        messages.append(message("REMAINING_SHORT", duration=remaining, **about))
    elif remaining > LONGEST:
        messages.append(message("REMAINING_LONG", duration=remaining, **about))
    if duration > LONGEST:
        messages.append(message("DURATION_LONG", duration=duration, **about))
    return messages if len(messages) > 1 else [*messages, message("DURATION_OK", duration=duration, **about)]


CASE = Case(
    id="dnssec04",
    title="Signatures live neither too short nor too long",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec04.md",
    levels={
        "DURATION_LONG": Level.WARNING,
        "DURATION_OK": Level.DEBUG,
        "REMAINING_LONG": Level.WARNING,
        "REMAINING_SHORT": Level.WARNING,
        "RRSIG_EXPIRATION": Level.INFO,
        "RRSIG_EXPIRED": Level.ERROR,
    },
    procedure=run,
)
