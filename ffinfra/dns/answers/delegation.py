"""Comparing what the parent's nameservers say about a zone with what the mode means."""

from __future__ import annotations

from collections.abc import Sequence

import dns.name
import dns.rdatatype

from ffinfra.dns.answers.comparing import Comparison, Disagreement, answered
from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.question import NoResponse, Question
from ffinfra.dns.check.response import Response, Section
from ffinfra.dns.records import RRset, RRsetKey


async def compare_delegation(
    transport: LiveTransport,
    origin: str,
    declared: Sequence[RRset],
    parents: Sequence[str],
    *,
    any_ttl: bool = False,
) -> Comparison:
    """Ask the parent's nameservers for the delegation of a zone: NS in authority, glue in additional, DS on its own.

    A DS that is not declared is a disagreement too.

    Args:
        transport: over which we ask.
        origin: the delegated zone.
        declared: NS, glue and DS as they should be.
        parents: addresses of the parent's nameservers.
        any_ttl: do not compare TTLs, which many a registrar sets itself.
    """
    key = RRsetKey(origin, "DS")
    secure = next((rrset for rrset in declared if rrset.key == key), None)
    below = [rrset for rrset in declared if rrset.key != key]
    disagreements: list[Disagreement] = []
    for server in parents:
        referral = await _ask(transport, server, origin, "NS")
        for rrset in below:
            section = Section.AUTHORITY if rrset.type == "NS" else Section.ADDITIONAL
            found = answered(referral, rrset.key, section) if isinstance(referral, Response) else None
            disagreements += _differing(server, rrset.key, rrset, found, any_ttl=any_ttl)
        ds = await _ask(transport, server, origin, "DS")
        if not isinstance(ds, Response):
            shown = str(secure) if secure else "no DS"
            disagreements.append(Disagreement(server, str(key), shown, "no answer"))
            continue
        found = answered(ds, key, Section.ANSWER)
        disagreements += _differing(server, key, secure, found, any_ttl=any_ttl)
    return Comparison(2 * len(parents), tuple(disagreements))


async def _ask(transport: LiveTransport, server: str, origin: str, rdtype: str) -> Response | NoResponse:
    question = Question(dns.name.from_text(origin), dns.rdatatype.from_text(rdtype))
    return await transport.ask(server, question)


def _differing(
    server: str, key: RRsetKey, declared: RRset | None, found: RRset | None, *, any_ttl: bool
) -> list[Disagreement]:
    if found == declared:
        return []
    if any_ttl and found is not None and declared is not None and found.values == declared.values:
        return []
    return [Disagreement(server, str(key), _shown(declared), _shown(found))]


def _shown(rrset: RRset | None) -> str:
    return str(rrset) if rrset is not None else "nothing"
