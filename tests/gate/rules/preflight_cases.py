"""Cases of the rule on what the APIs would refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext, TokenShape
from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import (
    Account,
    AskedAccount,
    Named,
    NoAnswer,
    NotAsked,
)
from tests.gate.rules.contexts import RECORD, RRSET, SERVER, Case, change, context, machine, rrset, sample

UNKNOWN_SERVER = ("serverType", "image", "location")
VOLUME, PRIMARY_IP = "hcloud:index/volume:Volume", "hcloud:index/primaryIp:PrimaryIp"


def server(**settings: str) -> GateContext:
    inputs = {"name": "sn5", "serverType": "ccx13", "image": "debian-12", "location": "fsn1", **settings}
    return context([change(Operation.CREATE, SERVER, "sn5", None, inputs)])


def _made_long_ago(**settings: str) -> GateContext:
    old = {"name": "sn5", "serverType": "cx11", "image": "debian-9", "location": "fsn1"}
    return context([change(Operation.UPDATE, SERVER, "sn5", old, {**old, **settings})])


def _text(value: str) -> GateContext:
    return context([change(Operation.CREATE, RRSET, "txt", None, {**rrset(1, value), "type": "TXT"})])


def _rrset(**settings: Any) -> GateContext:
    return context([change(Operation.CREATE, RRSET, "host", None, {**rrset(1), **settings})])


def _record(rdtype: str, **settings: Any) -> GateContext:
    inputs = {"zoneId": "5f0c", "name": "www.musterstadt.example", "type": rdtype, "ttl": 300, **settings}
    return context([change(Operation.CREATE, RECORD, "www", None, inputs)])


def _live(account: AskedAccount, *changes: Change, servers: int | None = None) -> GateContext:
    """Changes, and what Hetzner says."""
    network = sample().network
    if servers is not None:
        network = network.model_copy(update=machine(network, "hc1", maximum_servers=servers))
    declared = replace(sample(), network=network)
    return replace(context(changes, declarations=declared), account=account)


def _creation(resource: str, /, **settings: str) -> Change:
    inputs = {"name": resource, "serverType": "ccx13", "image": "debian-12", "location": "fsn1", **settings}
    return change(Operation.CREATE, SERVER, resource, None, inputs)


def _removal(name: str, **inputs: Any) -> Change:
    return change(Operation.DELETE, SERVER, name, {"name": name, **inputs}, None)


HELD = Account(
    server_types={"ccx13": frozenset({"fsn1"}), "new9": frozenset({"hel1"})},
    images=frozenset({"debian-12"}),
    locations=frozenset({"fsn1", "hel1"}),
    names=frozenset({Named(SERVER, "sn5"), Named(RRSET, "ff.musterstadt.example host1 A")}),
    protected=frozenset({Named(SERVER, "sn5")}),
)
AGE = "note: what Hetzner offers is judged by a catalogue of 2025-10-15, 405 days old"


def _named(*kinds: str) -> GateContext:
    return context(
        [
            change(Operation.CREATE, kind, f"n{number}", None, {"name": "sn5"})
            for number, kind in enumerate(kinds)
        ]
    )


def _refused(name: str, value: str, better: str = "") -> list[str]:
    return [f"block: {name}: {value!r} is not in canonical form{better}"]


SPF = '"v=spf1 -all"'
DS = {"keyTag": 1.0, "algorithm": 13.0, "digestType": 2.0, "digest": "ab" * 32}
HTTPS = {"priority": 1.0, "target": "."}
LOC = {"latDegrees": 52.0, "latMinutes": 22.0, "latSeconds": 23.5, "latDirection": "N", "longDegrees": 9.0,
       "longMinutes": 43.0, "longSeconds": 0.0, "longDirection": "E", "altitude": 60.0, "size": 1.0,
       "precisionHorz": 10000.0, "precisionVert": 10.0}  # fmt: skip
SRV = {"priority": 0.0, "weight": 0.0, "port": 5060.0}
NOT_KNOWN = "not known before the update"

PASSING: list[Case] = [
    ("preflight", server, [AGE]),
    ("preflight", lambda: _live(HELD, _creation("sn9")), []),
    ("preflight", lambda: _live(HELD, _creation("sn9", serverType="new9", location="hel1")), []),
    ("preflight", lambda: _live(HELD, _creation("sn9"), servers=2), []),
    ("preflight", lambda: _live(NotAsked(), _removal("sn5")), []),
    (
        "preflight",
        lambda: _live(NotAsked(), replace(_removal("sn5", deleteProtection=True), kept_on_delete=True)),
        [],
    ),
    ("preflight", lambda: _made_long_ago(name="sn5x"), []),
    ("preflight", lambda: _text(SPF), []),
    ("preflight", lambda: _record("TXT", content=SPF), []),
    ("preflight", lambda: _record("NS", content="ns1.musterstadt.example"), []),
    ("preflight", lambda: _record("MX", content="mail.musterstadt.example", priority=10.0), []),
    ("preflight", lambda: _record("DS", data=DS), []),
    ("preflight", lambda: _record("HTTPS", data={**HTTPS, "value": 'alpn="h2"'}), []),
    ("preflight", lambda: _record("LOC", data=LOC), []),
    ("preflight", lambda: _record("URI", priority=10.0, data={"weight": 1.0, "target": "https://x"}), []),
    ("preflight", lambda: _named(SERVER, PRIMARY_IP), []),
    ("preflight", lambda: context(tokens={"HCLOUD_TOKEN": TokenShape.FITTING}), []),
]

FAILING: list[Case] = [
    (
        "preflight",
        lambda: server(serverType="ccx99", image="debian-99", location="moon1"),
        [
            f"block: sn5: Hetzner offers no {setting} {value!r} (catalogue of 2025-10-15)"
            for setting, value in (("serverType", "ccx99"), ("image", "debian-99"), ("location", "moon1"))
        ]
        + [AGE],
    ),
    (
        "preflight",
        lambda: server(**dict.fromkeys(UNKNOWN_SERVER, UNKNOWN_VALUE)),
        [
            *(f"block: sn5: {setting} is {NOT_KNOWN}, so it cannot be judged" for setting in UNKNOWN_SERVER),
            AGE,
        ],
    ),
    (
        "preflight",
        lambda: _made_long_ago(serverType="cx12"),
        ["block: sn5: Hetzner offers no serverType 'cx12' (catalogue of 2025-10-15)", AGE],
    ),
    (
        "preflight",
        lambda: server(name=UNKNOWN_VALUE),
        [f"block: sn5: its name is {NOT_KNOWN}, so it cannot be judged", AGE],
    ),
    (
        "preflight",
        lambda: context([change(Operation.CREATE, VOLUME, "disk", None, {"name": "d", "location": "moon1"})]),
        ["block: disk: Hetzner offers no location 'moon1' (catalogue of 2025-10-15)", AGE],
    ),
    ("preflight", lambda: _text("v=spf1"), _refused("txt", "v=spf1")),
    (
        "preflight",
        lambda: _rrset(records=UNKNOWN_VALUE),
        [f"block: host: records is {NOT_KNOWN}, so the record cannot be judged"],
    ),
    (
        "preflight",
        lambda: _rrset(records=[{"value": "192.0.2.1"}, {"value": SECRET_MARK}], name=UNKNOWN_VALUE),
        [
            f"block: host: name is {NOT_KNOWN}, so the record cannot be judged",
            "block: host: records is a secret, so the record cannot be judged",
        ],
    ),
    ("preflight", lambda: _record("TXT", content="v=spf1 -all"), _refused("www", "v=spf1 -all")),
    ("preflight", lambda: _record("AAAA", content="2001:DB8::0"), _refused("www", "2001:DB8::0")),
    ("preflight", lambda: _record("CNAME", content="Web.example."), _refused("www", "Web.example.")),
    (
        "preflight",
        lambda: _record("SRV", priority=0.0, data={**SRV, "target": "SIP.example"}),
        _refused("www", "SIP.example"),
    ),
    (
        "preflight",
        lambda: _record("A", content="192.0.2.300"),
        ["block: www: this is no A record: '192.0.2.300' is no value of type A (Text input is malformed.)"],
    ),
    (
        "preflight",
        lambda: _record("A", content=UNKNOWN_VALUE),
        [f"block: www: content is {NOT_KNOWN}, so the record cannot be judged"],
    ),
    (
        "preflight",
        lambda: context(tokens={"HCLOUD_TOKEN": TokenShape.MISSING, "X": TokenShape.MALFORMED}),
        ["block: HCLOUD_TOKEN is not set", "block: X does not have the form of such a token"],
    ),
    (
        "preflight",
        lambda: _named(SERVER, SERVER, PRIMARY_IP),
        ["block: 2 resources would have the name sn5, which is unique there"],
    ),
    (
        "preflight",
        lambda: context([change(Operation.CREATE, RRSET, name, None, rrset(1)) for name in ("a", "b")]),
        ["block: 2 resources would have the name ff.musterstadt.example host1 A, which is unique there"],
    ),
    (
        "preflight",
        lambda: _live(HELD, _creation("sn5"), change(Operation.CREATE, RRSET, "host1", None, rrset(1))),
        [
            "block: sn5: the name sn5 is taken at Hetzner",
            "block: host1: the name ff.musterstadt.example host1 A is taken at Hetzner",
        ],
    ),
    (
        "preflight",
        lambda: _live(NotAsked(), _creation("sn7", name="sn5"), _removal("sn5")),
        [
            (
                "block: sn7: the name sn5 is taken until its present holder is deleted, which comes after the"
                " creation"
            ),
            AGE,
        ],
    ),
    (
        "preflight",
        lambda: _live(HELD, _removal("sn5")),
        ["block: sn5 is protected from deletion at Hetzner, which would refuse"],
    ),
    (
        "preflight",
        lambda: _live(NotAsked(), _removal("sn6", deleteProtection=True)),
        ["block: sn6 is protected from deletion at Hetzner, which would refuse"],
    ),
    (
        "preflight",
        lambda: _live(HELD, _creation("sn9"), servers=1),
        ["block: there would be 2 servers, and the account allows 1"],
    ),
    (
        "preflight",
        lambda: _live(NotAsked(), _creation("sn8"), _creation("sn9"), servers=1),
        ["block: there would be 2 servers, and the account allows 1", AGE],
    ),
    (
        "preflight",
        lambda: _live(HELD, _creation("sn9", serverType="ccx23")),
        ["block: sn9: Hetzner offers no serverType 'ccx23' (asked now)"],
    ),
    (
        "preflight",
        lambda: _live(HELD, _creation("sn9", serverType="new9")),
        ["block: sn9: Hetzner offers new9 only at hel1"],
    ),
    (
        "preflight",
        lambda: _live(NoAnswer("its API answers 503"), _creation("sn9")),
        ["block: Hetzner could not be asked: its API answers 503", AGE],
    ),
]
