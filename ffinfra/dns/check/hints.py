"""The root servers to start from.

Source of the built-in list: https://www.internic.net/domain/named.root (IANA, as of 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.rrset
import dns.zonefile
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from ffinfra.dns.check.naming import ROOT, Nameserver, absolute
from ffinfra.problems import InvalidInputError, Place, Problem

_IANA: Final = {
    "a": ("198.41.0.4", "2001:503:ba3e::2:30"),
    "b": ("170.247.170.2", "2801:1b8:10::b"),
    "c": ("192.33.4.12", "2001:500:2::c"),
    "d": ("199.7.91.13", "2001:500:2d::d"),
    "e": ("192.203.230.10", "2001:500:a8::e"),
    "f": ("192.5.5.241", "2001:500:2f::f"),
    "g": ("192.112.36.4", "2001:500:12::d0d"),
    "h": ("198.97.190.53", "2001:500:1::53"),
    "i": ("192.36.148.17", "2001:7fe::53"),
    "j": ("192.58.128.30", "2001:503:c27::2:30"),
    "k": ("193.0.14.129", "2001:7fd::1"),
    "l": ("199.7.83.42", "2001:500:9f::42"),
    "m": ("202.12.27.33", "2001:dc3::35"),
}


def iana_hints() -> tuple[Nameserver, ...]:
    """The public root servers."""
    return tuple(
        Nameserver(absolute(f"{letter}.root-servers.net"), address)
        for letter, addresses in _IANA.items()
        for address in addresses
    )


def parse_hints(text: str, file: str) -> tuple[Nameserver, ...]:
    """The root servers in a hints file (a master file with the NS of the root, and A and AAAA).

    Raises:
        InvalidInputError: the file cannot be read, or a root server in it has no address.
    """
    try:
        rrsets = dns.zonefile.read_rrsets(text, rdclass=None, default_ttl=0)
    except dns.exception.DNSException as error:
        problem = Problem(
            place=Place(file), what=str(error), way_out="Write a hints file as named.root is one"
        )
        raise InvalidInputError([problem]) from error
    return _matched(rrsets, file)


def _matched(rrsets: Sequence[dns.rrset.RRset], file: str) -> tuple[Nameserver, ...]:
    names = [
        rdata.target for rrset in rrsets for rdata in rrset if isinstance(rdata, NS) and rrset.name == ROOT
    ]
    found = tuple(
        Nameserver(rrset.name, rdata.address)
        for rrset in rrsets
        for rdata in rrset
        if isinstance(rdata, A | AAAA) and rrset.name in names
    )
    known = {server.name for server in found}
    problems = [
        Problem(
            place=Place(file), what=f"root server {name} has no address", way_out="Add its A or AAAA record"
        )
        for name in names
        if name not in known
    ]
    if not names:
        way_out = "Add NS records for the name ."
        problems.append(Problem(place=Place(file), what="no root server", way_out=way_out))
    if problems:
        raise InvalidInputError(problems)
    return found
