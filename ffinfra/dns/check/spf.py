"""The syntax of SPF records (RFC 7208, section 12)."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_MACRO_EXPAND: Final = r"(?:%\{[slodiphcrtv][0-9]*r?[-.+,/_=]*\}|%%|%_|%-)"
_MACRO_STRING: Final = rf"(?:{_MACRO_EXPAND}|[\x21-\x24\x26-\x7e])*"
_TOP_LABEL: Final = r"(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])"
_DOMAIN_SPEC: Final = rf"{_MACRO_STRING}(?:\.{_TOP_LABEL}\.?|{_MACRO_EXPAND})"
_LENGTH: Final = r"(?:0|[1-9][0-9]{0,2})"
_CIDR: Final = rf"(?:/(?P<cidr4>{_LENGTH}))?(?://(?P<cidr6>{_LENGTH}))?"

_MECHANISMS: Final = (
    r"all",
    rf"(?:include|exists):{_DOMAIN_SPEC}",
    rf"ptr(?::{_DOMAIN_SPEC})?",
    rf"(?:a|mx)(?::{_DOMAIN_SPEC})?{_CIDR}",
)
_MECHANISM: Final = [re.compile(rf"[-+?~]?{pattern}") for pattern in _MECHANISMS]
_ADDRESS: Final = re.compile(r"[-+?~]?ip(?P<version>[46]):(?P<network>[0-9a-f:.]+(?:/[0-9]{1,3})?)")
_ONE_TIME: Final = re.compile(rf"(?P<name>redirect|exp)={_DOMAIN_SPEC}")
_UNKNOWN: Final = re.compile(rf"(?!redirect=|exp=)[a-z][a-z0-9_.-]*={_MACRO_STRING}")
_NULL: Final = re.compile(r"v=spf1[ \t]+-all[ \t]*")


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record of version 1 (section 4.5)."""
    return re.match(r"v=spf1(?:\s|\Z)", text) is not None


def is_null(text: str) -> bool:
    """Whether the policy is that no host may send."""
    return _NULL.fullmatch(text) is not None


def has_valid_syntax(text: str) -> bool:
    """Whether a lower-case SPF record follows the grammar."""
    terms = [term for term in text.removeprefix("v=spf1").split(" ") if term]
    one_time = [match["name"] for term in terms if (match := _ONE_TIME.fullmatch(term))]
    return len(one_time) == len(set(one_time)) and all(_is_term(term) for term in terms)


def _is_term(term: str) -> bool:
    if _ONE_TIME.fullmatch(term) or _UNKNOWN.fullmatch(term):
        return True
    return _is_address_term(term) or any(_is_mechanism(pattern, term) for pattern in _MECHANISM)


def _is_mechanism(pattern: re.Pattern[str], term: str) -> bool:
    match = pattern.fullmatch(term)
    if match is None:
        return False
    lengths = match.groupdict()
    return int(lengths.get("cidr4") or 0) <= 32 and int(lengths.get("cidr6") or 0) <= 128


def _is_address_term(term: str) -> bool:
    match = _ADDRESS.fullmatch(term)
    if match is None:
        return False
    try:
        network = ipaddress.ip_network(match["network"], strict=False)
    except ValueError:
        return False
    return network.version == int(match["version"])
