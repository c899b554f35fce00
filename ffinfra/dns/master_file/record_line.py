"""One entry of a master file as a record: owner, TTL and class in either order, type, value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.ttl

from ffinfra.dns.master_file.lexer import Entry, Token
from ffinfra.dns.master_file.rdata_reader import TokenMistakeError, read_name, read_value
from ffinfra.dns.master_file.suggestions import unknown_type
from ffinfra.dns.names import shortened
from ffinfra.dns.records import SOA, Record
from ffinfra.dns.values import MAXIMUM_TTL, canonical_type

_CLASSES: Final = frozenset({"IN", "CH", "HS", "CS", "CLASS1"})
_OUR_CLASSES: Final = frozenset({"IN", "CLASS1"})
_TTL_FORM: Final = f"A TTL is seconds from 0 to {MAXIMUM_TTL}, or has units such as 1h30m."


@dataclass(slots=True)
class Scope:
    """What a line means depends on the lines before it in the same file.

    Attributes:
        origin: appended to relative names.
        owner: the last record's owner, for lines that begin with a blank.
        default_ttl: from $TTL.
        last_ttl: the last TTL that was written in a record (RFC 1035 section 5.1).
        soa_minimum: the SOA's last field, used where neither of the two is there.
        zone_origin: the zone's name, once it is known.
    """

    origin: str | None
    owner: str | None = None
    default_ttl: int | None = None
    last_ttl: int | None = None
    soa_minimum: int | None = None
    zone_origin: str | None = None

    @property
    def implied_ttl(self) -> int | None:
        """The TTL of a record that has none: $TTL, else the record's before, else the SOA's minimum."""
        for ttl in (self.default_ttl, self.last_ttl, self.soa_minimum):
            if ttl is not None:
                return ttl
        return None


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record, and whether one of its strings was too long and had to be cut."""

    record: Record
    strings_split: bool


def read_record(entry: Entry, scope: Scope) -> ReadRecord:
    """Read an entry and carry owner and TTL on to the next one.

    Raises:
        TokenMistakeError: says which token is wrong.
    """
    owner, rest = _owner(entry, scope)
    ttl, rest = _ttl_and_class(rest)
    rdtype, values = _type(rest)
    value = read_value(rdtype, values, scope.origin, scope.zone_origin)
    if rdtype == "SOA" and scope.soa_minimum is None:
        scope.soa_minimum = SOA.from_value(value.text, 0).minimum
    scope.last_ttl = ttl if ttl is not None else scope.last_ttl
    effective = ttl if ttl is not None else scope.implied_ttl
    if effective is None:
        raise TokenMistakeError(rest[0], "the record has no TTL", "Write $TTL 3600 before the first record.")
    return ReadRecord(Record(owner, rdtype, effective, value.text), value.strings_split)


def read_ttl(token: Token) -> int:
    """Read a TTL in seconds or with units.

    Raises:
        TokenMistakeError: it is none, or larger than RFC 2181 section 8 allows.
    """
    try:
        ttl = dns.ttl.from_text(token.text)
    except dns.exception.DNSException:
        raise TokenMistakeError(token, f"{shortened(token.text)} is not a TTL", _TTL_FORM) from None
    if ttl > MAXIMUM_TTL:
        raise TokenMistakeError(token, f"the TTL {ttl} is too large", _TTL_FORM)
    return ttl


def _owner(entry: Entry, scope: Scope) -> tuple[str, Sequence[Token]]:
    if not entry.indented:
        scope.owner = None
        scope.owner = read_name(entry.tokens[0], scope.origin, scope.zone_origin)
        return scope.owner, entry.tokens[1:]
    if scope.owner is None:
        way_out = "Begin the line with a name, or with @ for the zone itself."
        raise TokenMistakeError(
            entry.tokens[0], "the line begins with a blank and no usable owner is before it", way_out
        )
    return scope.owner, entry.tokens


def _ttl_and_class(tokens: Sequence[Token]) -> tuple[int | None, Sequence[Token]]:
    ttl: int | None = None
    seen_class = False
    while tokens and not tokens[0].quoted:
        word = tokens[0].text.upper()
        if word in _CLASSES and not seen_class:
            if word not in _OUR_CLASSES:
                raise TokenMistakeError(tokens[0], f"the class {word} is not served here", "Write IN.")
            seen_class = True
        elif word[:1].isdigit() and ttl is None and not _looks_like_address(word):
            ttl = read_ttl(tokens[0])
        else:
            break
        tokens = tokens[1:]
    return ttl, tokens


def _type(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    if not tokens:
        raise TokenMistakeError(None, "the record has no type", "Write owner, TTL, class, type and value.")
    try:
        return canonical_type(tokens[0].text.upper()), tokens[1:]
    except ValueError as error:
        known = str(error).endswith("not in a zone")
        what = str(error) if known else f"{shortened(tokens[0].text)} is not a record type"
        raise TokenMistakeError(tokens[0], what, unknown_type(tokens[0].text)) from None


def _looks_like_address(word: str) -> bool:
    return "." in word or ":" in word
