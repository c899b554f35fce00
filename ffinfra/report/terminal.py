"""What a person sees at the terminal: changes by what they concern, findings with their way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE, ZONE_CONTENT_TYPE
from ffinfra.gate.changes import Change, Hidden, PropertyChange, PropertyValue
from ffinfra.gate.dns_view import DnsView
from ffinfra.gate.findings import Finding, Severity, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.gate.unfolding import unfolded

_RECORD_TYPES = frozenset({CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE, ZONE_CONTENT_TYPE})
_SIGNS = {
    Operation.CREATE: ("+", "green"),
    Operation.UPDATE: ("~", "yellow"),
    Operation.DELETE: ("-", "red"),
    Operation.REPLACE: ("±", "red"),
    Operation.IMPORT: ("=", "cyan"),
}
_HIDDEN_STEPS = frozenset({Operation.CREATE_REPLACEMENT, Operation.DELETE_REPLACED})
"""Parts of a replacement; the logical step stands for them."""

_SEVERITY_STYLE = {Severity.BLOCK: "bold red", Severity.DESTRUCTIVE: "bold yellow", Severity.NOTE: "cyan"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RRSETS_SHOWN = 12
LINES_SHOWN = 6


def plain(text: str) -> str:
    """A text without control characters and direction overrides: a name cannot draw on the terminal."""
    return _CONTROL.sub("?", text)


def print_changes(console: Console, changes: Sequence[Change], *, explain: bool = False) -> None:
    """One line a change, grouped by kind; DNS records are left to ``print_zones``."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        if change.operation in _HIDDEN_STEPS or change.type in _RECORD_TYPES or not change.custom:
            continue
        groups.setdefault(_kind(change.type), []).append(change)
    for kind in sorted(groups):
        console.print(Text(kind, style="bold"))
        for change in sorted(groups[kind], key=lambda one: one.name):
            _print_change(console, change, explain=explain)


def _print_change(console: Console, change: Change, *, explain: bool) -> None:
    sign, style = _SIGNS.get(change.operation, ("?", "red"))
    line = Text(f"  {sign} {plain(change.name)}", style=style)
    because = f"  replaced because of {', '.join(change.replaced_because)}" if change.replaced_because else ""
    line.append(plain(because), style="red")
    console.print(line)
    if change.operation is Operation.UPDATE or explain:
        details = list(_details(unfolded(change.properties)))
        for detail in details if explain else details[:LINES_SHOWN]:
            console.print(Text(f"      {plain(detail)}", style="dim"))
        if len(details) > LINES_SHOWN and not explain:
            console.print(Text(f"      ... {len(details) - LINES_SHOWN} more (--explain)", style="dim"))


def _details(properties: Iterable[PropertyChange]) -> Iterator[str]:
    for one in properties:
        old, new = _value(one.old), _value(one.new)
        if "\n" in old or "\n" in new:
            before, after = old.splitlines(), new.splitlines()
            yield f"{one.path}:"
            yield from (f"  - {line}" for line in before if line not in after)
            yield from (f"  + {line}" for line in after if line not in before)
        else:
            yield f"{one.path}: {_short(old)} -> {_short(new)}"


def print_zones(console: Console, view: DnsView, *, explain: bool = False) -> None:
    """Every zone with differences, RRset by RRset, whatever carries it."""
    for zone in view.zones:
        console.print(
            Text(f"records of {plain(zone.zone)} at {zone.carrier}: {zone.differences.summary()}", "bold")
        )
        text = zone.differences.text(None if explain else RRSETS_SHOWN)
        for line in text.splitlines():
            style = {"+": "green", "-": "red", "~": "yellow"}.get(line[:1], "dim")
            console.print(Text(f"  {plain(line)}", style=style))


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Every finding with its reason and way out, the most severe first; then what was skipped."""
    for finding in verdict.findings:
        _print_finding(console, finding)
    for skipped in verdict.skipped:
        console.print(Text(f"skipped {skipped.rule}: {plain(skipped.reason)}", style="dim"))
    if not verdict.findings:
        console.print(Text("no findings", style="green"))


def _print_finding(console: Console, finding: Finding) -> None:
    style, word = _SEVERITY_STYLE[finding.severity], finding.severity.upper()
    if finding.rule == "glass-broken":
        style = "bold red"
    if finding.waived:
        style, word = "dim", f"WAIVED {word}"
    console.print(f"[{style}]{word}[/] [bold]{escape(finding.rule)}[/]: {escape(plain(finding.reason))}")
    if finding.waived:
        console.print(Text(f"    {plain(finding.waived)}", style="dim"))
        return
    for resource in finding.resources[:5]:
        console.print(Text(f"    {plain(resource)}", style="dim"))
    if len(finding.resources) > 5:
        console.print(Text(f"    ... {len(finding.resources) - 5} more", style="dim"))
    console.print(Text(f"    way out: {plain(finding.way_out)}"))


def _kind(token: str) -> str:
    """A type as people say it: ``hcloud:index/primaryIp:PrimaryIp`` is ``Hetzner PrimaryIp``."""
    package, _, rest = token.partition(":")
    names = {"hcloud": "Hetzner", "cloudflare": "Cloudflare", "freifunk": "own"}
    return f"{names.get(package, package)} {rest.rsplit(':', 1)[-1]}"


def _value(value: PropertyValue) -> str:
    if isinstance(value, Hidden):
        return f"({value.value})"
    return str(value)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
