"""What to write instead: the way out for the mistakes that people make in master files."""

from __future__ import annotations

import difflib
import ipaddress
from typing import Final

import dns.rdatatype

from ffinfra.dns.names import shortened

_FORMS: Final = {
    "A": "one IPv4 address such as 192.0.2.1",
    "AAAA": "one IPv6 address such as 2001:db8::1",
    "NS": "the name of a nameserver such as ns1.mesh.example.",
    "CNAME": "one name such as www.mesh.example.",
    "DNAME": "one name such as mesh.example.",
    "PTR": "the name of a host such as gw1.mesh.example.",
    "MX": "a preference and the name of a mail server such as '10 mail.mesh.example.'",
    "TXT": 'one or more quoted strings such as "v=spf1 -all"',
    "SRV": "priority, weight, port and target such as '0 5 5060 sip.mesh.example.'",
    "CAA": "flags, tag and quoted value such as '0 issue \"ca.example\"'",
    "SOA": "primary server, mailbox, serial, refresh, retry, expire and minimum",
    "SSHFP": "algorithm, fingerprint type and hex fingerprint, as ssh-keygen -r prints them",
    "TLSA": "usage, selector, matching type and hex data, such as 3 1 1 and a SHA-256 hash",
    "DS": "key tag, algorithm, digest type and hex digest",
    "HTTPS": "priority, target and parameters such as '1 . alpn=h2'",
    "SVCB": "priority, target and parameters such as '1 svc.mesh.example. alpn=h2'",
    "NAPTR": "order, preference, flags, service, regular expression and replacement",
    "LOC": "latitude, longitude and altitude such as '52 22 23 N 9 43 55 E 60m'",
    "URI": "priority, weight and a quoted URI",
}
_COMMON_TYPES: Final = tuple(_FORMS)


def unknown_type(text: str) -> str:
    """The way out where a type was expected and something else stands."""
    version = address_version(text)
    if version is not None:
        return f"If the type is missing, write {'A' if version == 4 else 'AAAA'} before the address."
    known = [member.name for member in dns.rdatatype.RdataType if not dns.rdatatype.is_metatype(member)]
    near = difflib.get_close_matches(text.upper(), _COMMON_TYPES, 1) or difflib.get_close_matches(
        text.upper(), known, 1
    )
    if near:
        return f"Did you mean {near[0]}?"
    return "Write owner, TTL, class and type in this order; a type without a name is written TYPE65280."


def value_form(rdtype: str, value: str) -> str:
    """The way out for a value that does not fit its type."""
    version = address_version(value)
    if rdtype == "A" and version == 6:
        return "This is an IPv6 address: make the type AAAA."
    if rdtype == "AAAA" and version == 4:
        return "This is an IPv4 address: make the type A."
    form = _FORMS.get(rdtype)
    return f"{rdtype} takes {form}." if form else f"See the type's RFC for what {rdtype} takes."


def address_version(text: str) -> int | None:
    """4 or 6 where a text is an IP address."""
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None


def lacks_final_dot(text: str, origins: tuple[str, ...]) -> bool:
    """Whether a name without final dot already ends in one of the origins, so that it would come twice.

    Origins of a single label are left out: below ``de.`` a name ending in ``de`` may well be meant.
    """
    if text.endswith("."):
        return False
    written = f".{text.lower()}."
    return any(origin.count(".") > 1 and written.endswith(f".{origin}") for origin in origins)


def final_dot(text: str, origin: str) -> str:
    """The way out for a name that lacks its final dot."""
    return (
        f"Write {shortened(text)}. with a final dot; without it this means {shortened(text)}.{origin} "
        f"(if that is meant, write it in full)."
    )
