"""Reverse zones against the addresses in the other zones given."""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.exception
import dns.name
import dns.reversename

from ffinfra.dns.lint.context import Context, Fate
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import labels, name_text

_REVERSE = (".in-addr.arpa.", ".ip6.arpa.")
_CLASSLESS = re.compile(r"[0-9]+[-/][0-9]+")


def _without_address(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("PTR"):
        address = _address(rrset.owner)
        for target in rrset.values if address is not None else ():
            found = context.lookup(target)
            rdtype = "AAAA" if address is not None and ":" in address else "A"
            known = found.rrsets[rdtype].values if rdtype in found.rrsets else ()
            judged = found.fate in (Fate.FOUND, Fate.WILDCARD) and "CNAME" not in found.rrsets
            if judged and address not in known:
                message = f"{target} has no {rdtype} {address}"
                way_out = f"Declare {target} {rdtype} {address}, or name the host that has it."
                yield Hit(rrset.owner, "PTR", message, way_out, target)


def _without_pointer(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("A", "AAAA"):
        if context.index.cut_above(rrset.owner) is not None or rrset.owner.startswith("*."):
            continue
        for address in rrset.values:
            name = name_text(dns.reversename.from_address(address))
            if context.zone_of(name) is not None and context.lookup(name).fate is Fate.MISSING:
                message = f"{name} does not exist, so {address} has no name"
                way_out = f"Declare {name} PTR {rrset.owner}"
                yield Hit(rrset.owner, rrset.type, message, way_out, address)


def _incomplete(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("PTR"):
        parts = labels(rrset.owner)
        classless = any(_CLASSLESS.fullmatch(part) for part in parts)
        service = any(part.startswith("_") for part in parts)
        if rrset.owner.endswith(_REVERSE) and not (classless or service) and _address(rrset.owner) is None:
            message = "the name does not stand for an address: 4 numbers for IPv4, 32 hex digits for IPv6"
            yield Hit(rrset.owner, "PTR", message, "Count the labels.")


def _address(owner: str) -> str | None:
    if not owner.endswith(_REVERSE):
        return None
    try:
        return dns.reversename.to_address(dns.name.from_text(owner))
    except (dns.exception.DNSException, ValueError):
        return None


RULES = (
    Rule(
        "ptr-without-address",
        Level.WARNING,
        "a PTR names a host without this address",
        "RFC 1912 section 2.1",
        _without_address,
    ),
    Rule(
        "address-without-ptr",
        Level.INFO,
        "an address lies in a reverse zone given and has no PTR there",
        "RFC 1912 section 2.1",
        _without_pointer,
    ),
    Rule(
        "ptr-incomplete",
        Level.WARNING,
        "a PTR's name is no whole address",
        "RFC 1035 section 3.5",
        _incomplete,
    ),
)
