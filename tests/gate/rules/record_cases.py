"""Cases of the rules on records: mail, apex, wildcards, TTLs, zones that differ from what is declared."""

from __future__ import annotations

from typing import Any

from ffinfra.dns.backends.hetzner import hetzner_rrsets
from ffinfra.dns.records import Record, group_records
from ffinfra.dns.zone_text import content_text
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from ffinfra.stack import StackKind
from tests.gate.rules.contexts import RRSET, Case, change, context, sample

CONTENT = "freifunk:index:ZoneContent"
ZONE = "x.musterstadt.example"
APEX = (
    f"{ZONE}. 300 IN NS ns1.{ZONE}.",
    f"{ZONE}. 300 IN NS ns2.musterstadt.example.",
    f"ns1.{ZONE}. 300 IN A 192.0.2.53",
)


def _inputs(lines: tuple[str, ...], expire: int = 2_419_200) -> dict[str, Any]:
    parts = (line.split(" ", 4) for line in (*APEX, *lines))
    records = [Record(owner, kind, int(ttl), value) for owner, ttl, _, kind, value in parts]
    content = content_text(group_records(records))
    return {"zone": ZONE, "content": content, "soa": {"expire": expire}}


def _zone(old: tuple[str, ...], new: tuple[str, ...]) -> GateContext:
    """The content of an own zone, beside its apex."""
    return context([change(Operation.UPDATE, CONTENT, ZONE, _inputs(old), _inputs(new))])


def _apex(gone: str, expire: int = 2_419_200) -> GateContext:
    """An own zone that loses the lines with a text."""
    new = _inputs((), expire)
    kept = [line for line in new["content"].splitlines(keepends=True) if not gone or gone not in line]
    return context([change(Operation.UPDATE, CONTENT, ZONE, _inputs(()), {**new, "content": "".join(kept)})])


def _record(text: str) -> tuple[str, ...]:
    return (f"{text.split(' ', 1)[0]}.{ZONE}. {text.split(' ', 1)[1]}",)


def _fallback(drop: int = 0, **other: str) -> GateContext:
    """The fallback's RRsets of the sample's second zone, all there but some, which are as ``other`` says."""
    declared = next(one for one in sample().zones if one.zone.origin == "ff.musterstadt.example.")
    changes: list[Change] = []
    for one in hetzner_rrsets(declared.zone)[drop:]:
        values = [other.get(one.type, value) for value in one.values]
        inputs = {
            "zone": "ff.musterstadt.example", "name": one.name, "type": one.type, "ttl": one.ttl,
            "records": [{"value": value} for value in values],
        }  # fmt: skip
        changes.append(change(Operation.CREATE, RRSET, f"{one.name} {one.type}", None, inputs))
    return context(changes, kind=StackKind.FAILOVER)


MX = _record("mail 300 IN MX 10 mx.example.")
CAA = _record('www 300 IN CAA 0 issue "letsencrypt.org"')
SPF = _record('mail 300 IN TXT "v=spf1 -all"')
OTHER = _record('mail 300 IN TXT "hello"')
DMARC = _record('_dmarc 300 IN TXT "v=DMARC1; p=none"')
WWW = _record("www 300 IN A 192.0.2.80")
SLOW = _record("www 86400 IN A 192.0.2.80")
MOVED = _record("www 300 IN A 192.0.2.81")
STAR = _record("* 300 IN A 192.0.2.80")

PASSING: list[Case] = [
    ("mail-and-caa", lambda: _zone(MX, _record("mail 300 IN MX 20 mx.example.")), []),
    ("mail-and-caa", lambda: _zone((*SPF, *OTHER), _record('mail 300 IN TXT "v=spf1 mx -all"')), []),
    ("mail-and-caa", lambda: _zone(WWW, ()), []),
    ("apex-kept", lambda: _zone(WWW, ()), []),
    ("apex-kept", lambda: _apex("", 604_800), []),
    ("wildcard-over-names", lambda: _zone(STAR, (*STAR, *WWW)), []),
    ("ttl-first", lambda: _zone(WWW, MOVED), []),
    ("ttl-first", lambda: _zone(SLOW, WWW), []),
    ("zones-as-declared", _fallback, []),
    ("zones-as-declared", context, []),
]

FAILING: list[Case] = [
    (
        "mail-and-caa",
        lambda: _zone((*MX, *CAA, *SPF, *OTHER, *DMARC), OTHER),
        [
            (f'destructive: _dmarc.{ZONE}. TXT at own primary would lose all of it: "v=DMARC1; p=none"'),
            f"destructive: mail.{ZONE}. MX at own primary would lose all of it: 10 mx.example.",
            f'destructive: mail.{ZONE}. TXT at own primary would lose its SPF record "v=spf1 -all"',
            f'destructive: www.{ZONE}. CAA at own primary would lose all of it: 0 issue "letsencrypt.org"',
        ],
    ),
    (
        "apex-kept",
        lambda: _apex("ns2"),
        [f"block: {ZONE}. at own primary would name 1 nameserver"],
    ),
    (
        "apex-kept",
        lambda: _apex(" NS "),
        [f"block: {ZONE}. at own primary would have no NS set at its apex"],
    ),
    (
        "apex-kept",
        lambda: _apex(" A "),
        [f"block: {ZONE}. would name ns1.{ZONE}. as its nameserver, which would have no address"],
    ),
    (
        "apex-kept",
        lambda: _apex("", 3600),
        [f"block: secondaries of {ZONE} would stop answering 3600 s after the primary is lost"],
    ),
    (
        "wildcard-over-names",
        lambda: _zone(WWW, (*STAR, *WWW)),
        [f"note: *.{ZONE}. A would stand over names of their own: ns1.{ZONE}., www.{ZONE}."],
    ),
    (
        "ttl-first",
        lambda: _zone(SLOW, MOVED),
        [f"note: caches would give the old values of www.{ZONE}. A for up to 86400 s more"],
    ),
    (
        "zones-as-declared",
        lambda: _fallback(A="192.0.2.99"),
        [
            (
                "block: Hetzner DNS would not hold ff.musterstadt.example. as declared:"
                " *.knoten.ff.musterstadt.example. A, chat.ff.musterstadt.example. A, ff.musterstadt.example. A"
                " and 2 more"
            )
        ],
    ),
]
