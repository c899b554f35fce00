"""What the providers' APIs would refuse only during the update is refused before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ffinfra.dns.names import canonical_name
from ffinfra.dns.records import make_rrset
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext, TokenShape
from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.dns_view import CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.network.catalogue import hcloud_catalogue

_SERVER = "hcloud:index/server:Server"
_UNIQUE_NAMES = frozenset(
    {
        "hcloud:index/server:Server",
        "hcloud:index/primaryIp:PrimaryIp",
        "hcloud:index/sshKey:SshKey",
        "hcloud:index/firewall:Firewall",
        "hcloud:index/network:Network",
        "hcloud:index/placementGroup:PlacementGroup",
        "hcloud:index/volume:Volume",
        "hcloud:index/zone:Zone",
    }
)
"""Kinds whose names are unique in a Hetzner project (409 uniqueness_error otherwise)."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.new_inputs is None:
            continue
        if change.type == _SERVER:
            yield from _offered(change, change.new_inputs)
        elif change.type == HETZNER_RRSET_TYPE:
            yield from _canonical(change, change.new_inputs)
    yield from _duplicates(context)
    yield from _tokens(context)


def _offered(change: Change, inputs: Mapping[str, Any]) -> Iterator[Hit]:
    catalogue = hcloud_catalogue()
    for setting, offered in (
        ("serverType", frozenset(catalogue.server_types)),
        ("image", catalogue.images),
        ("location", frozenset(catalogue.locations)),
    ):
        value = inputs.get(setting)
        if value not in (None, UNKNOWN_VALUE) and value not in offered:
            yield Hit(
                f"{change.name}: Hetzner offers no {setting} {value!r} (catalogue of {catalogue.as_of})",
                [change.urn],
                f"Offered are: {', '.join(sorted(offered))}",
            )


def _canonical(change: Change, inputs: Mapping[str, Any]) -> Iterator[Hit]:
    """The API refuses an unquoted TXT and rewrites other forms, which differ at every later preview."""
    rdtype = str(inputs.get("type"))
    for record in inputs.get("records", ()):
        value = record.get("value")
        if not isinstance(value, str) or value in (UNKNOWN_VALUE, SECRET_MARK):
            continue
        try:
            canonical = make_rrset(canonical_name("x.example."), rdtype, 60, [value]).values[0]
        except ValueError as error:
            yield Hit(f"{change.name}: {value!r} is no {rdtype} value: {error}", [change.urn])
            continue
        if canonical != value:
            yield Hit(
                f"{change.name}: {value!r} is not in canonical form",
                [change.urn],
                f"Write {canonical!r}; the API rewrites anything else and every preview would show a change",
            )


def _duplicates(context: GateContext) -> Iterator[Hit]:
    present = {
        change.urn: (change.type, str(name))
        for change in context.changes.changes
        if change.new_inputs is not None
        and change.type in _UNIQUE_NAMES
        and (name := change.new_inputs.get("name")) is not None
    }
    records = {
        change.urn: (change.type, _record_key(change.new_inputs))
        for change in context.changes.changes
        if change.new_inputs is not None and change.type in (CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE)
    }
    counted = {**present, **records}
    for (_, name), count in Counter(counted.values()).items():
        if count > 1 and UNKNOWN_VALUE not in name:
            urns = [urn for urn, (_, other) in counted.items() if other == name]
            yield Hit(f"{count} resources would have the name {name}, which is unique there", urns)


def _record_key(inputs: Mapping[str, Any]) -> str:
    """What is unique of a record: at Hetzner the RRset, at Cloudflare each value."""
    zone = inputs.get("zone") or inputs.get("zoneId")
    value = inputs.get("content") or inputs.get("data") or ""
    return " ".join(str(part) for part in (zone, inputs.get("name"), inputs.get("type"), value))


def _tokens(context: GateContext) -> Iterator[Hit]:
    for variable, shape in sorted(context.tokens.items()):
        match shape:
            case TokenShape.FITTING:
                continue
            case TokenShape.MISSING:
                yield Hit(
                    f"{variable} is not set", (), f"Export {variable}; the update would fail without it"
                )
            case TokenShape.MALFORMED:
                yield Hit(f"{variable} does not have the form of such a token", (), "Copy the token anew")


RULE = Rule(
    identifier="preflight",
    title="what the APIs would refuse is refused before",
    why="A preview asks the APIs nothing, so a wrong name shows only in the middle of an update.",
    severity=Severity.BLOCK,
    way_out="Correct the value named",
    evaluate=_evaluate,
)
