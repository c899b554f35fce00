"""Switches of a signed zone, at every kind of parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ffinfra.dns.backends.cloudflare import cloudflare_record
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import CloudflareParent, HetznerParent
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.dns.names import relative
from ffinfra.dns.zone_text import content_text
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from ffinfra.stack_kind import StackKind
from tests.dns.delegation.samples import CLOUDFLARE_ID, DS
from tests.gate.rules.contexts import RECORD, RRSET, Case, change, context, sample

REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)
BARE = Standing(Mode.PRIMARY, Trust.WITHDRAWN)
AWAY = Standing(Mode.FALLBACK, Trust.WITHDRAWN)

PARENTS: dict[str, dict[str, Any]] = {
    "cloudflare": {"backend": "cloudflare", "zone_id": CLOUDFLARE_ID},
    "hetzner": {"backend": "hetzner"},
    "rfc2136": {"backend": "rfc2136", "server": "192.0.2.9", "key": "parent"},
    "manual": {"backend": "manual"},
}
_WHOLE = {"rfc2136": "freifunk:index:UpdatedDelegation", "manual": "freifunk:index:ManualDelegation"}


def _delegations(parent: str) -> Delegations:
    """The sample with another parent backend and its first zone signed."""
    plain = sample().delegations.model_dump(mode="json")
    plain["parent"] = {"zone": plain["parent"]["zone"], "ttl": 300, **PARENTS[parent]}
    plain["zones"][0] |= {"signed": "own", "ds": [DS]}
    return Delegations.model_validate(plain)


def _resources(delegations: Delegations, standing: Standing) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Type, name and inputs of what the parent's backend declares."""
    parent = delegations.parent
    for zone in delegations.zones:
        rrsets = delegation_rrsets(delegations, zone, standing.mode, standing.trust)
        if parent.backend in _WHOLE:
            inputs: dict[str, Any] = {
                "parent": parent.origin,
                "child": zone.origin,
                "content": content_text(rrsets),
            }
            yield _WHOLE[parent.backend], zone.zone, inputs
        for rrset in rrsets:
            if isinstance(parent, HetznerParent):
                records = [{"value": value} for value in rrset.values]
                name = relative(rrset.owner, parent.origin)
                inputs = {
                    "zone": parent.zone,
                    "name": name,
                    "type": rrset.type,
                    "ttl": 300,
                    "records": records,
                }
                yield RRSET, str(rrset.key), inputs
            if isinstance(parent, CloudflareParent):
                for value in rrset.values:
                    record = cloudflare_record(rrset, value)
                    inputs = {"zoneId": parent.zone_id, "name": record.name, "type": record.type, "ttl": 300}
                    inputs |= (
                        {"content": record.content} if record.data is None else {"data": dict(record.data)}
                    )
                    yield RECORD, f"{rrset.key} {value}", inputs


def switch(parent: str, before: Standing | None, after: Standing) -> GateContext:
    """The change of a whole delegation; None before it was made."""
    delegations = _delegations(parent)
    old = {(type_, name): inputs for type_, name, inputs in _resources(delegations, before)} if before else {}
    new = {(type_, name): inputs for type_, name, inputs in _resources(delegations, after)}
    changes = [_change(*key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    return replace(
        context(
            changes,
            declarations=replace(sample(), delegations=delegations),
            kind=StackKind.FAILOVER,
            mode=after.mode,
        ),
        trust=after.trust,
    )


def _change(type_: str, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Change:
    if old is None or new is None:
        return change(Operation.CREATE if old is None else Operation.DELETE, type_, name, old, new)
    return change(Operation.SAME if old == new else Operation.UPDATE, type_, name, old, new)


PASSING: list[Case] = [
    (rule, partial(switch, parent, before, after), [])
    for parent in PARENTS
    for rule in ("signed-switch", "delegation-fits", "both-sides", "zone-share", "preflight", "readable")
    for before, after in ((None, REST), (REST, BARE), (BARE, AWAY), (AWAY, BARE), (BARE, REST))
]
FAILING: list[Case] = [
    (
        "signed-switch",
        partial(switch, parent, before, after),
        [
            f"block: the DS of ff.musterstadt.example. would {verb} the parent together with a change of its NS"
        ],
    )
    for parent in PARENTS
    for before, after, verb in ((REST, AWAY, "leave"), (AWAY, REST, "enter"))
]
