"""Cases of the rules on records: mail, apex, wildcards, TTLs, zones that differ from what is declared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ffinfra.dns.backends.hetzner import hetzner_rrsets
from ffinfra.dns.delegation.sides import HetznerSide
from ffinfra.dns.records import Record, group_records
from ffinfra.dns.zone_text import content_of, content_text
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import UNKNOWN_VALUE
from ffinfra.gate.operations import Operation
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import RRSET, Case, change, context, sample

CONTENT = "freifunk:index:ZoneContent"
ZONE = "x.musterstadt.example"
APEX = (
    f"{ZONE}. 300 IN NS ns1.{ZONE}.",
    f"{ZONE}. 300 IN NS ns2.musterstadt.example.",
    f"ns1.{ZONE}. 300 IN A 192.0.2.53",
)


SOA = {
    "mname": f"ns1.{ZONE}.", "rname": f"hostmaster.{ZONE}.", "refresh": 7200, "retry": 900,
    "expire": 2_419_200, "minimum": 300, "ttl": 300,
}  # fmt: skip


def _inputs(lines: tuple[str, ...], **soa: Any) -> dict[str, Any]:
    parts = (line.split(" ", 4) for line in (*APEX, *lines))
    records = [Record(owner, kind, int(ttl), value) for owner, ttl, _, kind, value in parts]
    content = content_text(group_records(records))
    return {"zone": ZONE, "content": content, "soa": {**SOA, **soa}}


def _zone(old: tuple[str, ...], new: tuple[str, ...]) -> GateContext:
    """The content of an own zone, beside its apex."""
    return context([change(Operation.UPDATE, CONTENT, ZONE, _inputs(old), _inputs(new))])


def _apex(gone: str) -> GateContext:
    """An own zone that loses the lines with a text."""
    new = _inputs(())
    kept = [line for line in new["content"].splitlines(keepends=True) if gone not in line]
    return context([change(Operation.UPDATE, CONTENT, ZONE, _inputs(()), {**new, "content": "".join(kept)})])


def _soa(**soa: Any) -> GateContext:
    """An own zone that gets other fields of its SOA."""
    return context([change(Operation.UPDATE, CONTENT, ZONE, _inputs(()), _inputs((), **soa))])


def _declared(number: int = 0, **soa: Any) -> dict[str, Any]:
    """The inputs of a zone of the sample as it is declared, but for fields of its SOA."""
    zone = sample().zones[number].zone
    fields = {field: getattr(zone.soa, field) for field in SOA}
    return {"zone": zone.origin, "content": content_text(content_of(zone)), "soa": {**fields, **soa}}


def _own(new: dict[str, Any] | None) -> GateContext:
    operation = Operation.DELETE if new is None else Operation.UPDATE
    return context([change(operation, CONTENT, "zone", _declared(), new)])


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


def _texts(count: int) -> tuple[str, ...]:
    """So many RRsets of 101 octets of text each."""
    return tuple(f'n{number}.{ZONE}. 300 IN TXT "{"x" * 100}"' for number in range(count))


def _inheriting(ttl: int) -> GateContext:
    """The fallback, where each RRset has the zone's TTL and none of its own."""
    judged = _fallback()
    side = HetznerSide(inherited_ttl=ttl)
    zones = (
        replace(zone, declaration=zone.declaration.model_copy(update={"fallback": side}))
        for zone in sample().zones
    )
    declared = replace(sample(), zones=tuple(zones))
    bare = tuple(
        replace(one, new_inputs={key: value for key, value in (one.new_inputs or {}).items() if key != "ttl"})
        for one in judged.changes.changes
        if (one.new_inputs or {}).get("ttl") == 600
    )
    others = tuple(one for one in judged.changes.changes if (one.new_inputs or {}).get("ttl") != 600)
    return replace(judged, declarations=declared, changes=ChangeSet((*bare, *others)))


def _slower(ttl: int) -> GateContext:
    """The sample's first zone with another TTL of its first record."""
    inputs = _declared()
    first, *others = inputs["content"].splitlines(keepends=True)
    owner, _, rest = first.split(" ", 2)
    return _own({**inputs, "content": "".join([f"{owner} {ttl} {rest}", *others])})


def _emptied() -> GateContext:
    """A fallback that loses all of a declared zone."""
    inputs = {
        "zone": "ff.musterstadt.example", "name": "www", "type": "A", "ttl": 300,
        "records": [{"value": "192.0.2.80"}],
    }  # fmt: skip
    return context([change(Operation.DELETE, RRSET, "www A", inputs, None)], kind=StackKind.FAILOVER)


MX = _record("mail 300 IN MX 10 mx.example.")
CAA = _record('www 300 IN CAA 0 issue "letsencrypt.org"')
SPF = _record('mail 300 IN TXT "v=spf1 -all"')
OTHER = _record('mail 300 IN TXT "hello"')
DMARC = _record('_dmarc 300 IN TXT "v=DMARC1; p=none"')
WWW = _record("www 300 IN A 192.0.2.80")
SLOW = _record("www 86400 IN A 192.0.2.80")
MOVED = _record("www 300 IN A 192.0.2.81")
BETWEEN = "after a failure between two of them the earlier ones are in effect"
ODD = "would not hold ff.musterstadt.example. as declared"
NOTHING = "would hold nothing of ff.musterstadt.example., which is declared"
STAR = _record("* 300 IN A 192.0.2.80")

PASSING: list[Case] = [
    ("mail-and-caa", lambda: _zone(MX, _record("mail 300 IN MX 20 mx.example.")), []),
    ("mail-and-caa", lambda: _zone((*SPF, *OTHER), _record('mail 300 IN TXT "v=spf1 mx -all"')), []),
    ("mail-and-caa", lambda: _zone(WWW, ()), []),
    ("apex-kept", lambda: _zone(WWW, ()), []),
    ("soa-fits", lambda: _soa(expire=604_800, refresh=86_400, minimum=86_400), []),
    ("soa-fits", lambda: _zone(WWW, ()), []),
    ("mail-and-caa", lambda: _zone(MX, _record("mail 300 IN MX 10 mx9.example.")), []),
    ("mail-and-caa", lambda: _zone(CAA, _record('www 300 IN CAA 0 issue "buypass.com"')), []),
    (
        "mail-and-caa",
        lambda: _zone(
            _record('_dmarc 300 IN TXT "v=DMARC1; p=none"'), _record("_dmarc 300 IN CNAME d.example.")
        ),
        [f'destructive: _dmarc.{ZONE}. TXT at own primary would lose all of it: "v=DMARC1; p=none"'],
    ),
    (
        "mail-and-caa",
        lambda: _zone(
            _record("k._domainkey 300 IN CNAME k.example."), _record('k._domainkey 300 IN TXT "v=DKIM1; p=x"')
        ),
        [],
    ),
    ("wildcard-over-names", lambda: _zone(STAR, (*STAR, *WWW)), []),
    ("ttl-first", lambda: _zone(WWW, MOVED), []),
    ("ttl-first", lambda: _zone(SLOW, WWW), []),
    ("whole-change", lambda: _zone(_texts(500), _texts(900)), []),
    ("whole-change", lambda: context([change(Operation.CREATE, CONTENT, ZONE, None, _inputs(()))]), []),
    ("whole-change", lambda: _own(None), []),
    ("zones-as-declared", _fallback, []),
    ("zones-as-declared", context, []),
    ("zones-as-declared", lambda: _inheriting(600), []),
    ("zones-as-declared", lambda: _own(_declared()), []),
]

FAILING: list[Case] = [
    (
        "zones-as-declared",
        lambda: _inheriting(77),
        [
            (
                "block: Hetzner DNS would not hold ff.musterstadt.example. as declared:"
                " *.knoten.ff.musterstadt.example. A (ttl 77 instead of 600), _dmarc.ff.musterstadt.example. TXT"
                " (ttl 77 instead of 600), _xmpp-client._tcp.ff.musterstadt.example. SRV (ttl 77 instead of 600)"
                " and 13 more"
            )
        ],
    ),
    (
        "whole-change",
        lambda: _zone((), _texts(1_000)),
        [
            f"note: {ZONE}. would change in 3 messages, each all or nothing: {BETWEEN}",
        ],
    ),
    (
        "mail-and-caa",
        lambda: _zone((*MX, *CAA, *SPF, *OTHER, *DMARC), OTHER),
        [
            (f'destructive: _dmarc.{ZONE}. TXT at own primary would lose all of it: "v=DMARC1; p=none"'),
            f"destructive: mail.{ZONE}. MX at own primary would lose all of it: 10 mx.example.",
            f'destructive: mail.{ZONE}. TXT at own primary would lose some of it: "v=spf1 -all"',
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
        "soa-fits",
        lambda: _soa(expire=3600, refresh=172_800, retry=200_000, minimum=604_800),
        [
            f"block: secondaries of {ZONE} would stop answering 3600 s after the primary is lost",
            f"note: secondaries of {ZONE} would ask for changes only every 172800 s",
            f"note: secondaries of {ZONE} would try again after 200000 s, later than they ask anyway (172800 s)",
            f"note: a name of {ZONE} that was asked for before it exists would stay unknown for 604800 s",
        ],
    ),
    (
        "soa-fits",
        lambda: _soa(mname="ns9.example.", rname="root.example."),
        [
            f"note: the SOA of {ZONE} would name ns9.example. as its primary instead of ns1.{ZONE}.",
            f"note: the SOA of {ZONE} would name root.example. as its mailbox instead of hostmaster.{ZONE}.",
        ],
    ),
    (
        "soa-fits",
        lambda: _soa(expire=UNKNOWN_VALUE),
        [f"block: the SOA of {ZONE} is not known before the update, so it cannot be judged"],
    ),
    (
        "mail-and-caa",
        lambda: _zone((*MX, *_record("mail 300 IN MX 20 mx2.example.")), MX),
        [f"destructive: mail.{ZONE}. MX at own primary would lose some of it: 20 mx2.example."],
    ),
    (
        "mail-and-caa",
        lambda: _zone((*CAA, *_record('www 300 IN CAA 0 issuewild ";"')), CAA),
        [f'destructive: www.{ZONE}. CAA at own primary would lose some of it: 0 issuewild ";"'],
    ),
    (
        "zones-as-declared",
        lambda: _slower(12_345),
        [f"block: own primary {ODD}: ff.musterstadt.example. A (ttl 12345 instead of 600)"],
    ),
    (
        "zones-as-declared",
        lambda: _own(_declared(minimum=77, mname="ns9.example.")),
        [
            (
                f"block: own primary {ODD}: SOA mname (ns9.example. instead of"
                " ns1.mesh.musterstadt.example.), SOA minimum (77 instead of 600)"
            )
        ],
    ),
    (
        "zones-as-declared",
        _emptied,
        [f"block: Hetzner DNS {NOTHING}"],
    ),
    (
        "zones-as-declared",
        lambda: _own(None),
        [f"block: own primary {NOTHING}"],
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
