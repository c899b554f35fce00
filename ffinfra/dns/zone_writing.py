"""A zone as a BIND master file that people can go on editing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ffinfra.dns.names import relative
from ffinfra.dns.records import RRset, Zone


def master_file(zone: Zone, remark: str = "") -> str:
    """The master file (RFC 1035 section 5): $ORIGIN, the commonest TTL as $TTL, SOA and apex NS first.

    Owners are relative, values are canonical. Reading it back gives the same zone.

    Args:
        zone: the zone.
        remark: stands as a comment in the first line.
    """
    common = _common_ttl(zone)
    soa = f"@ {'' if zone.soa.ttl == common else f'{zone.soa.ttl} '}IN SOA {zone.soa.value}"
    head = [f"; {' '.join(remark.split())}"] if remark else []
    lines = [*head, f"$ORIGIN {zone.origin}", f"$TTL {common}", soa]
    apex = [rrset for rrset in zone.rrsets if rrset.key == (zone.origin, "NS")]
    rest = [rrset for rrset in zone.rrsets if rrset.key != (zone.origin, "NS")]
    for rrset in (*apex, *rest):
        lines += _lines(rrset, zone.origin, common)
    return "\n".join(lines) + "\n"


def _lines(rrset: RRset, origin: str, common: int) -> Iterator[str]:
    ttl = "" if rrset.ttl == common else f"{rrset.ttl} "
    for value in rrset.values:
        yield f"{relative(rrset.owner, origin)} {ttl}IN {rrset.type} {value}"


def _common_ttl(zone: Zone) -> int:
    counts = Counter({zone.soa.ttl: 1})
    for rrset in zone.rrsets:
        counts[rrset.ttl] += len(rrset.values)
    return max(counts, key=lambda ttl: (counts[ttl], ttl))
