"""What is lost when single records become sets: differing TTLs, duplicates, strings that had to be cut."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.master_file import PlacedRecord
from ffinfra.dns.zone_text import MADE_BY_SIGNER, is_content

_LONG = 7 * 86400


def _records(context: Context) -> tuple[PlacedRecord, ...]:
    """The records as written; none where the zone was not read from a file."""
    return context.linted.file.records if context.linted.file is not None else ()


def _mixed_ttls(context: Context) -> Iterator[Hit]:
    first: dict[tuple[str, str], PlacedRecord] = {}
    for placed in _records(context):
        record = placed.record
        known = first.setdefault((record.owner, record.type), placed)
        if known.record.ttl != record.ttl:
            message = f"the TTL {record.ttl} differs from {known.record.ttl} at {known.place}"
            way_out = "Give all records of one name and type the same TTL."
            yield Hit(record.owner, record.type, message, way_out, place=placed.place)


def _duplicates(context: Context) -> Iterator[Hit]:
    first: dict[tuple[str, str, str], PlacedRecord] = {}
    for placed in _records(context):
        record = placed.record
        known = first.setdefault((record.owner, record.type, record.value), placed)
        if known is not placed:
            message = f"{record.value} stands twice, first at {known.place}"
            yield Hit(record.owner, record.type, message, "Remove one.", place=placed.place)


def _cut_strings(context: Context) -> Iterator[Hit]:
    for placed in _records(context):
        if placed.strings_split:
            message = "a string is longer than 255 octets, which no record can hold"
            way_out = 'Write it as several quoted strings in a row: "first part" "second part".'
            yield Hit(placed.record.owner, placed.record.type, message, way_out, place=placed.place)


def _ttls(context: Context) -> Iterator[Hit]:
    for rrset in context.zone.rrsets:
        if rrset.ttl == 0:
            message = "a TTL of 0 makes every visitor ask again"
            yield Hit(rrset.owner, rrset.type, message, "Use 60 seconds or more.")
        elif rrset.ttl > _LONG:
            message = f"a TTL of {rrset.ttl} seconds keeps mistakes alive for {rrset.ttl // 86400} days"
            yield Hit(rrset.owner, rrset.type, message, "Use a day or less.")


def _signing(context: Context) -> Iterator[Hit]:
    for rrset in context.zone.rrsets:
        if not is_content(rrset.owner, rrset.type, context.zone.origin):
            reason = "signature" if rrset.type in MADE_BY_SIGNER else "record"
            message = f"a signer makes this {reason} itself, so it is not published from here"
            yield Hit(
                rrset.owner, rrset.type, message, "Remove it; state in the delegation who signs the zone."
            )


RULES = (
    Rule(
        "mixed-ttl",
        Level.ERROR,
        "the records of a set have several TTLs",
        "RFC 2181 section 5.2",
        _mixed_ttls,
    ),
    Rule("duplicate-record", Level.WARNING, "a record stands twice", "RFC 2181 section 5", _duplicates),
    Rule(
        "txt-string-too-long",
        Level.ERROR,
        "a string has more than 255 octets",
        "RFC 1035 section 3.3",
        _cut_strings,
    ),
    Rule("ttl-unusual", Level.INFO, "a TTL is 0 or longer than a week", "RFC 1912 section 2.2", _ttls),
    Rule(
        "signing-record",
        Level.WARNING,
        "a record is declared that a signer makes",
        "RFC 4035 section 2",
        _signing,
    ),
)
