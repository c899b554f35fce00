"""Contexts for the rules, made from the sample network and single changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ffinfra.dns.backends.cloudflare import cloudflare_record
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import CloudflareParent
from ffinfra.dns.records import make_rrset
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.context import GateContext, TokenShape
from ffinfra.gate.earlier import Earlier, EarlierDeclarations
from ffinfra.gate.operations import Operation
from ffinfra.gate.overrides import OpenOverride
from ffinfra.gate.property_changes import property_changes
from ffinfra.gate.rules import evaluate, waivable_rules
from ffinfra.gate.waivers import Waiver
from ffinfra.network.network import Network
from ffinfra.stack import Declarations, read_declarations
from ffinfra.stack_kind import StackKind

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RRSET = "hcloud:index/zoneRrset:ZoneRrset"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
SERVER = "hcloud:index/server:Server"

Inputs = Mapping[str, Any]
Case = tuple[str, Callable[[], GateContext], list[str]]
"""A rule, what it looks at, and what it says."""


@cache
def sample() -> Declarations:
    return read_declarations(ROOT)


def with_network(**settings: Any) -> Declarations:
    """The sample with other settings of its network."""
    return replace(sample(), network=sample().network.model_copy(update=settings))


def applied(declarations: Declarations) -> Earlier:
    """What is declared, as what was applied before."""
    return Earlier(declarations.network, declarations.delegations)


def machine(network: Network, name: str, **settings: Any) -> dict[str, Any]:
    """The settings of a network in which one machine or host differs."""
    for kind in ("hosts", "supernodes", "nameservers"):
        present = getattr(network, kind)
        if any(one.name == name for one in present):
            return {
                kind: tuple(one.model_copy(update=settings) if one.name == name else one for one in present)
            }
    raise KeyError(name)


def change(
    operation: Operation,
    type_: str,
    name: str,
    old: Inputs | None = None,
    new: Inputs | None = None,
    **settings: Any,
) -> Change:
    return Change(
        operation=operation,
        urn=f"urn:pulumi:prod::ffinfra::{type_}::{name}",
        properties=property_changes(old or {}, new or {}),
        old_inputs=old,
        new_inputs=new,
        **{"hooked": True, **settings},
    )


def rrset(number: int, value: str = "192.0.2.1") -> dict[str, Any]:
    return {
        "zone": "ff.musterstadt.example", "name": f"host{number}", "type": "A", "ttl": 600,
        "records": [{"value": value}],
    }  # fmt: skip


def parent_records(mode: Mode, declarations: Declarations) -> list[dict[str, Any]]:
    """The inputs of the parent's records in a mode."""
    delegations = declarations.delegations
    assert isinstance(delegations.parent, CloudflareParent)
    found = []
    for zone in delegations.zones:
        for one in delegation_rrsets(delegations, zone, mode):
            for value in one.values:
                record = cloudflare_record(make_rrset(one.owner, one.type, one.ttl, [value]), value)
                found.append(
                    {
                        "zoneId": delegations.parent.zone_id,
                        "name": record.name,
                        "type": record.type,
                        "ttl": record.ttl,
                        "content": record.content,
                        "proxied": False,
                    }
                )
    return found


def parent_changes(before: Mode, after: Mode, declarations: Declarations | None = None) -> list[Change]:
    """The steps of a switch of mode."""
    declared = declarations or sample()
    old = {str(one): one for one in parent_records(before, declared)}
    new = {str(one): one for one in parent_records(after, declared)}
    changes = []
    for key in sorted(old.keys() | new.keys()):
        operation = (
            Operation.SAME
            if key in old and key in new
            else Operation.CREATE
            if key in new
            else Operation.DELETE
        )
        one = (old | new)[key]
        name = f"{one['name']} {one['type']} {one['content']}"
        changes.append(change(operation, RECORD, name, old.get(key), new.get(key)))
    return changes


def context(
    changes: Sequence[Change] = (),
    *,
    declarations: Declarations | None = None,
    kind: StackKind = StackKind.PROD,
    mode: Mode | None = None,
    tokens: Mapping[str, TokenShape] | None = None,
    incomplete: tuple[str, ...] = (),
    unreadable: tuple[str, ...] = (),
    providers: Sequence[Change] = (),
    waivers: Sequence[Waiver] = (),
    own_rules_broken: str = "",
    overrides: Sequence[OpenOverride] = (),
    earlier: Mapping[StackKind, EarlierDeclarations] | None = None,
) -> GateContext:
    return GateContext(
        changes=ChangeSet(tuple(changes), incomplete, unreadable, tuple(providers)),
        now=NOW,
        declarations=declarations or sample(),
        kind=kind,
        mode=mode,
        tokens=tokens or {},
        waivers=tuple(waivers),
        waivable=waivable_rules(),
        own_rules_broken=own_rules_broken,
        overrides=tuple(overrides),
        earlier=earlier or {},
    )


def findings(rule: str, judged: GateContext) -> list[str]:
    """What one rule says, a line each: severity and reason."""
    return [f"{one.severity}: {one.reason}" for one in evaluate(judged).findings if one.rule == rule]
