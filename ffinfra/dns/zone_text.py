r"""The canonical text of a zone's content: a record a line, sorted, itself a legal master file.

A line is ``owner ttl IN type value`` with single blanks and canonical texts, such as::

    www.mesh.example. 600 IN AAAA 2001:db8::80

Content is what people declare. Left out is what the server makes by itself:

- the apex SOA, because its serial moves with every change (its timers are managed beside the content);
- RRSIG, NSEC and NSEC3 everywhere, and NSEC3PARAM, DNSKEY, CDS, CDNSKEY and ZONEMD at the apex: a signing
  primary writes and renews them at times of its own (RFC 4034, 5155, 7344, 8976).

DS is content: it stands in the parent at a delegation and no signer makes it. DNSKEY, CDS or CDNSKEY below
the apex is content too, because no signer would have put it there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ffinfra.dns.names import canonical_name, is_within, shortened
from ffinfra.dns.records import Record, RRset, Zone, group_records
from ffinfra.dns.values import MAXIMUM_TTL, canonical_type, canonical_value
from ffinfra.problems import InvalidInputError, Place, Problem

MADE_BY_SIGNER: Final = frozenset({"RRSIG", "NSEC", "NSEC3"})
MADE_BY_SIGNER_AT_APEX: Final = frozenset({"NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "ZONEMD"})


def is_content(owner: str, rdtype: str, origin: str) -> bool:
    """Whether a record is declared by people, not made by the server; see the module's text."""
    if rdtype in MADE_BY_SIGNER:
        return False
    return owner != origin or (rdtype != "SOA" and rdtype not in MADE_BY_SIGNER_AT_APEX)


def content_of(zone: Zone) -> tuple[RRset, ...]:
    """The zone's RRsets less what the server makes."""
    return tuple(rrset for rrset in zone.rrsets if is_content(rrset.owner, rrset.type, zone.origin))


def content_text(rrsets: Iterable[RRset]) -> str:
    """The canonical text of RRsets that are canonical and sorted."""
    return "".join(
        f"{rrset.owner} {rrset.ttl} IN {rrset.type} {value}\n" for rrset in rrsets for value in rrset.values
    )


def parse_content(text: str, origin: str, *, source: str = "content") -> tuple[RRset, ...]:
    """Read a canonical text back.

    Args:
        text: what ``content_text`` wrote.
        origin: the zone's canonical name.
        source: the name that problems give as their file.

    Raises:
        InvalidInputError: with every line that is not canonical, outside the zone or no content, and when
            lines are out of order or an RRset has two TTLs.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    for number, line in enumerate(_lines(text), start=1):
        try:
            records.append(_parse_line(line, origin))
        except ValueError as error:
            problems.append(_problem(source, number, str(error)))
    if problems:
        raise InvalidInputError(problems)
    rrsets = group_records(records)
    if content_text(rrsets) != text:
        raise InvalidInputError([_first_disorder(text, content_text(rrsets), source)])
    return rrsets


def _parse_line(line: str, origin: str) -> Record:
    fields = line.split(" ", 4)
    if len(fields) < 5 or fields[2] != "IN":
        raise ValueError(f"{shortened(line)!r} is not of the form 'owner ttl IN type value'")
    owner, ttl, _, rdtype, value = fields
    if not (ttl.isascii() and ttl.isdigit() and int(ttl) <= MAXIMUM_TTL and str(int(ttl)) == ttl):
        raise ValueError(f"{shortened(ttl)!r} is not a TTL in seconds from 0 to {MAXIMUM_TTL}")
    for found, canonical in (
        (owner, canonical_name(owner)),
        (rdtype, canonical_type(rdtype)),
        (value, canonical_value(rdtype, value)),
    ):
        if found != canonical:
            raise ValueError(f"{shortened(found)!r} is not canonical, it would be {shortened(canonical)!r}")
    if not is_within(owner, origin):
        raise ValueError(f"{owner} does not lie in the zone {origin}")
    if not is_content(owner, rdtype, origin):
        raise ValueError(f"{owner} {rdtype} is made by the server and is not content")
    return Record(owner, rdtype, int(ttl), value)


def _first_disorder(text: str, canonical: str, source: str) -> Problem:
    given, wanted = _lines(text), _lines(canonical)
    for number, (line, expected) in enumerate(zip(given, wanted, strict=False), start=1):
        if line != expected:
            return _problem(
                source, number, f"{shortened(line)!r} stands where {shortened(expected)!r} belongs"
            )
    return _problem(
        source, min(len(given), len(wanted)) + 1, "a record is repeated, or the last newline is missing"
    )


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _problem(source: str, line: int, what: str) -> Problem:
    way_out = "Let ffinfra.dns.zone_text.content_text write this text."
    return Problem(place=Place(source, line), what=what, way_out=way_out)
