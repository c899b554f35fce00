"""What to ask with dig, and the lines that must come back."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.records import RRset, Zone
from ffinfra.report.document import Block, Code, Paragraph

_TELLING = ("A", "AAAA", "MX", "TXT")
"""Types of the apex that visitors need, in the order in which one is chosen."""

_PUBLIC_RESOLVER = "9.9.9.9"
"""Quad9's (https://quad9.net/service/service-addresses-and-features/), for a project that declares none."""


def told_rrset(zone: Zone) -> RRset | None:
    """The RRset that a nameserver is asked for, to see whether it has the zone's content."""
    for rdtype in _TELLING:
        found = zone.get(zone.origin, rdtype)
        if found is not None:
            return found
    return next((rrset for rrset in zone.rrsets if rrset.type != "NS"), None)


def answers_blocks(zone: Zone, servers: Sequence[NameserverAddress]) -> tuple[Block, ...]:
    """Asking every address of nameservers for one RRset."""
    rrset = told_rrset(zone)
    if rrset is None:
        return (Paragraph(f"{zone.origin} has nothing but its nameservers to ask for."),)
    addresses = " ".join(str(address) for server in servers for address in server.addresses)
    ask = f"dig +norecurse +noall +comments +answer @$S {shlex.quote(rrset.owner)} {rrset.type}"
    return (
        Code((f"for S in {addresses}; do {ask}; done",)),
        Paragraph("Each must say status: NOERROR and flags: qr aa, and answer:"),
        Code(_lines([rrset])),
    )


def delegation_blocks(parent: str, child: str, wanted: Iterable[RRset], absent_ds: bool) -> tuple[Block, ...]:
    """Asking one of the parent's nameservers what it says now."""
    server = f'"@$(dig +short {shlex.quote(parent)} NS | head -n 1)"'
    ask = f"dig +norecurse +noall +answer +authority +additional {server} {shlex.quote(child)}"
    wanted = tuple(wanted)
    ds = tuple(one for one in wanted if one.type == "DS")
    referral = tuple(one for one in wanted if one.type != "DS")
    blocks: list[Block] = [
        Code((f"{ask} NS",)),
        Paragraph("It must answer, in any order:"),
        Code(_lines(referral)),
    ]
    if ds or absent_ds:
        blocks.append(Code((f"dig +norecurse +short {server} {shlex.quote(child)} DS",)))
    if ds:
        blocks += [Paragraph("It must answer:"), Code(tuple(value for one in ds for value in one.values))]
    elif absent_ds:
        blocks.append(Paragraph("It must answer nothing."))
    return tuple(blocks)


def visitor_blocks(zone: Zone, resolvers: Sequence[object]) -> tuple[Block, ...]:
    """Asking as a visitor does, at the declared resolvers, else at one that everybody may ask."""
    rrset = told_rrset(zone)
    if rrset is None:
        return ()
    asked = [str(one) for one in resolvers] or [_PUBLIC_RESOLVER]
    return (
        Code(tuple(f"dig +short @{one} {shlex.quote(rrset.owner)} {rrset.type}" for one in asked)),
        Paragraph("It must answer, once its cache has forgotten:"),
        Code(rrset.values),
    )


def _lines(rrsets: Iterable[RRset]) -> tuple[str, ...]:
    """As dig prints them, but for the width of the gaps."""
    return tuple(f"{one.owner} {one.ttl} IN {one.type} {value}" for one in rrsets for value in one.values)
