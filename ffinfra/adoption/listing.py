"""Everything that a person names or has a token for, listed; nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import dns.message
import dns.rdatatype

from ffinfra.adoption.at_cloudflare import at_cloudflare
from ffinfra.adoption.at_hetzner import at_hetzner
from ffinfra.adoption.found import FoundZone, Holder, Living
from ffinfra.dns.wire.query import ask
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import transfer_zone


@dataclass(frozen=True, slots=True)
class OwnPrimary:
    """Our own primary, as a person named it.

    Attributes:
        server: where it answers.
        key: of transfers and updates.
        zones: canonical names of what it is to be asked for.
    """

    server: Server
    key: Key | None
    zones: tuple[str, ...]


def list_living(environment: Mapping[str, str], primary: OwnPrimary | None) -> Living:
    """List a living network.

    Args:
        environment: with the tokens of the APIs that are to be asked.
        primary: our own primary; None where there is none.

    Raises:
        OperationalError: an API or the primary refuses or does not answer.
    """
    hetzner, cloudflare = at_hetzner(environment), at_cloudflare(environment)
    zones = [*hetzner.zones, *cloudflare.zones, *(_transferred(primary) if primary is not None else ())]
    skipped = [*hetzner.skipped, *cloudflare.skipped]
    if primary is None:
        skipped.append("own primary: --knot names none")
    return replace(hetzner, zones=tuple(zones), skipped=tuple(skipped))


def _transferred(primary: OwnPrimary) -> Sequence[FoundZone]:
    found = []
    for zone in primary.zones:
        served = transfer_zone(primary.server, zone, key=primary.key)
        found.append(
            FoundZone(
                origin=zone, holder=Holder.KNOT, identifier="", nameservers=(),
                rrsets=served.content, soa=served.soa, signed=_has_keys(primary, zone),
            )
        )  # fmt: skip
    return found


def _has_keys(primary: OwnPrimary, zone: str) -> bool:
    """Whether the zone is signed, by whomever: a signer's records are none of its content."""
    answer = ask(primary.server, dns.message.make_query(zone, dns.rdatatype.DNSKEY), key=primary.key)
    return any(one.rdtype == dns.rdatatype.DNSKEY for one in answer.answer)
