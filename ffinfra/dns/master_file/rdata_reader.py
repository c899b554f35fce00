"""Record values from tokens: dnspython's rdata parsers, fed so that a mistake is pinned to its token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import dns.exception
import dns.name
import dns.rdata
import dns.tokenizer

from ffinfra.dns.master_file.lexer import Token
from ffinfra.dns.master_file.quick import quick_name, quick_value
from ffinfra.dns.master_file.suggestions import address_version, final_dot, lacks_final_dot, value_form
from ffinfra.dns.names import IDNA, name_text, shortened, to_name
from ffinfra.dns.values import IN, rdata_text, type_number

_STRING_LIMIT: Final = 255
_STRING_TYPES: Final = frozenset({"TXT", "SPF"})
_END = dns.tokenizer.Token(dns.tokenizer.EOL, "\n")


class TokenMistakeError(Exception):
    """A token that cannot be used: which, why, and the way out."""

    def __init__(self, token: Token | None, what: str, way_out: str) -> None:
        self.token = token
        self.what = what
        self.way_out = way_out
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Value:
    """A value read: its canonical text, and whether a string of it had to be cut at 255 octets."""

    text: str
    strings_split: bool


def read_value(rdtype: str, tokens: Sequence[Token], origin: str | None, zone_origin: str | None) -> Value:
    """Read the tokens behind a record's type.

    Args:
        rdtype: canonical type.
        tokens: what stands behind the type.
        origin: the canonical name that is appended to relative names.
        zone_origin: the zone's name where known, to notice a forgotten final dot.

    Raises:
        TokenMistakeError: with the token that does not fit; None where something is missing at the end.
    """
    origins = _origins(origin, zone_origin)
    quick = quick_value(rdtype, tokens, origin, origins)
    if quick is not None:
        return Value(quick, strings_split=False)
    prepared = _split_long_strings(tokens) if rdtype in _STRING_TYPES else list(tokens)
    feed = _TokenFeed(prepared, origins)
    try:
        rdata = dns.rdata.from_text(IN, type_number(rdtype), feed, _as_name(origin), False)
        text = rdata_text(rdata)
    except dns.name.NeedAbsoluteNameOrOrigin:
        way_out = "Write $ORIGIN before, or the name in full with its final dot."
        raise TokenMistakeError(
            feed.last, "a relative name stands here and no origin is known", way_out
        ) from None
    except dns.exception.DNSException as error:
        raise _mistake(rdtype, feed, error) from None
    return Value(text, len(prepared) != len(tokens))


def read_name(token: Token, origin: str | None, zone_origin: str | None) -> str:
    """Read a token as a name; returns its canonical text.

    Raises:
        TokenMistakeError: it is none, or its final dot was forgotten.
    """
    origins = _origins(origin, zone_origin)
    quick = quick_name(token, origin, origins)
    if quick is not None:
        return quick
    return name_text(_slow_name(token, origin, origins))


def _slow_name(token: Token, origin: str | None, origins: tuple[str, ...]) -> dns.name.Name:
    if token.quoted:
        raise TokenMistakeError(token, f'"{shortened(token.text)}" is quoted', "Write a name without quotes.")
    if origin is not None and lacks_final_dot(token.text, origins):
        what = f"{shortened(token.text)} lacks its final dot"
        raise TokenMistakeError(token, what, final_dot(token.text, origin))
    try:
        return to_name(token.text, _as_name(origin))
    except ValueError as error:
        way_out = "A name is labels of 1 to 63 octets with dots between, 255 octets in all (RFC 1035)."
        raise TokenMistakeError(token, str(error), way_out) from None


class _TokenFeed(dns.tokenizer.Tokenizer):
    """A dnspython tokenizer over tokens that are already split, which remembers the last one it gave."""

    def __init__(self, tokens: Sequence[Token], origins: tuple[str, ...]) -> None:
        super().__init__("", idna_codec=IDNA)
        self._tokens = tokens
        self._next = 0
        self._origins = origins
        self.mistake: TokenMistakeError | None = None

    @property
    def last(self) -> Token | None:
        """The token that was asked for last; None when the entry ended before."""
        return self._tokens[self._next - 1] if 0 < self._next <= len(self._tokens) else None

    def get(self, want_leading: bool = False, want_comment: bool = False) -> dns.tokenizer.Token:  # noqa: ARG002
        self._next += 1
        if self._next > len(self._tokens):
            return _END
        token = self._tokens[self._next - 1]
        kind = dns.tokenizer.QUOTED_STRING if token.quoted else dns.tokenizer.IDENTIFIER
        return dns.tokenizer.Token(kind, token.text, "\\" in token.text)

    def unget(self, token: dns.tokenizer.Token) -> None:  # noqa: ARG002
        self._next -= 1

    def as_name(
        self,
        token: dns.tokenizer.Token,
        origin: dns.name.Name | None = None,
        relativize: bool = False,
        relativize_to: dns.name.Name | None = None,
    ) -> dns.name.Name:
        if self.last is None or self.last.text != token.value:
            return super().as_name(token, origin, relativize, relativize_to)
        try:
            if address_version(self.last.text) is not None:
                what = f"{self.last.text} is an address where a name is needed"
                raise TokenMistakeError(self.last, what, "Name a host that has this address.")
            return _slow_name(self.last, None if origin is None else name_text(origin), self._origins)
        except TokenMistakeError as mistake:
            self.mistake = mistake
            raise dns.exception.SyntaxError from None


def _mistake(rdtype: str, feed: _TokenFeed, error: dns.exception.DNSException) -> TokenMistakeError:
    if feed.mistake is not None:
        return feed.mistake
    token = feed.last
    if token is None:
        return TokenMistakeError(None, f"the value of type {rdtype} ends too early", value_form(rdtype, ""))
    text = str(error)
    if text.startswith("expected EOL"):
        return TokenMistakeError(
            token, f"{shortened(token.text)} is more than {rdtype} takes", value_form(rdtype, "")
        )
    reason = "" if text in ("", dns.exception.SyntaxError.__doc__) else f" ({shortened(text)})"
    what = f"{shortened(token.text)} does not fit into a value of type {rdtype}{reason}"
    return TokenMistakeError(token, what, value_form(rdtype, token.text))


def _origins(origin: str | None, zone_origin: str | None) -> tuple[str, ...]:
    return tuple(known for known in (origin, zone_origin) if known is not None)


@lru_cache(maxsize=64)
def _as_name(origin: str | None) -> dns.name.Name | None:
    return None if origin is None else dns.name.from_text(origin)


def _split_long_strings(tokens: Sequence[Token]) -> list[Token]:
    """Cut strings of more than 255 octets, which no record can hold (RFC 1035 section 3.3), into several."""
    return [part for token in tokens for part in _parts(token)]


def _parts(token: Token) -> list[Token]:
    if len(token.text.encode()) <= _STRING_LIMIT:
        return [token]
    try:
        escaped = "\\" in token.text
        octets = (
            dns.tokenizer.Token(dns.tokenizer.QUOTED_STRING, token.text, escaped).unescape_to_bytes().value
        )
    except dns.exception.DNSException:
        return [token]
    data = octets if isinstance(octets, bytes) else octets.encode()
    pieces = [data[start : start + _STRING_LIMIT] for start in range(0, len(data), _STRING_LIMIT)]
    return [
        replace(token, text="".join(f"\\{octet:03d}" for octet in piece), quoted=True) for piece in pieces
    ]
