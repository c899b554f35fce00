"""What a person sees at the terminal: changes by what they concern, findings with their way out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.dns_view import DnsView, ZoneChange
from ffinfra.gate.findings import GLASS_BROKEN, Finding, Severity, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.gate.provider_moves import provider_moves
from ffinfra.gate.unfolding import unfolded
from ffinfra.report.affected import affected, hanging_on, zone_name
from ffinfra.report.plain import plain
from ffinfra.report.property_lines import briefly, line_by_line
from ffinfra.report.steps_shown import without_parts
from ffinfra.report.subjects import Subject, SubjectKind, by_subject
from ffinfra.urn import name_of

if TYPE_CHECKING:
    from ffinfra.stack import Declarations

_SIGNS = {
    Operation.CREATE: ("+", "green"),
    Operation.UPDATE: ("~", "yellow"),
    Operation.DELETE: ("-", "red"),
    Operation.REPLACE: ("±", "red"),
    Operation.IMPORT: ("=", "cyan"),
    Operation.SAME: ("o", "yellow"),
    Operation.READ: ("looks up", "yellow"),
    Operation.READ_DISCARD: ("no longer looks up", "yellow"),
}
"""The sign of an operation; others are told by their word."""
_SEVERITY_STYLE = {Severity.BLOCK: "bold red", Severity.DESTRUCTIVE: "bold yellow", Severity.NOTE: "cyan"}
_LINE_STYLE = {"+": "green", "-": "red", "~": "yellow"}
PROPERTIES_SHOWN = 4
"""Properties of one change that are told on its line; ``--explain`` tells all."""
RRSETS_SHOWN = 12
"""RRsets of a zone that comes or goes as a whole; of any other zone each is shown."""


def print_changes(
    console: Console,
    changes: ChangeSet,
    view: DnsView,
    declarations: Declarations | None = None,
    *,
    explain: bool = False,
) -> None:
    """One line a change, under the machine or the zone that it is about, and who is affected.

    Args:
        console: where it is printed.
        changes: the preview.
        view: its records.
        declarations: what hangs on which machine; without them only what the changes tell is said.
        explain: whether each property, line of a file and record is shown.
    """
    groups = by_subject(without_parts(changes.told), declarations)
    zones = {Subject(SubjectKind.NAME, zone.zone) for zone in view.zones}
    subjects = [*groups, *(zone for zone in sorted(zones, key=lambda one: one.name) if zone not in groups)]
    for kind in SubjectKind:
        mine = sorted((one for one in subjects if one.kind is kind), key=lambda one: one.name)
        lines = [
            line for one in mine for line in _subject(one, groups.get(one, ()), view, declarations, explain)
        ]
        if kind is SubjectKind.OTHER:
            lines += _providers(changes)
        if lines:
            console.print(Text("\n").join([Text(kind.value, style="bold"), *lines]))
    who = affected(subjects, declarations)
    if who:
        console.print(Text(f"affected: {plain(who)}", style="bold"))


def _subject(
    subject: Subject,
    changes: Collection[Change],
    view: DnsView,
    declarations: Declarations | None,
    explain: bool,
) -> Iterator[Text]:
    if subject.kind is SubjectKind.MACHINE:
        hanging = hanging_on(subject, declarations)
        yield Text(plain(f"  {subject.name}{f': {hanging}' if hanging else ''}"))
    if subject.kind is SubjectKind.NAME:
        zones = [zone for zone in view.zones if zone.zone == subject.name]
        if not zones:
            yield Text(plain(f"  {zone_name(subject.name, declarations)}"))
        for zone in zones:
            yield from _zone(zone, declarations, explain)
    for change in changes:
        if change.urn not in view.told:
            yield from _change(change, explain)


def _zone(zone: ZoneChange, declarations: Declarations | None, explain: bool) -> Iterator[Text]:
    found = zone.differences
    name = zone_name(zone.zone, declarations)
    yield Text(plain(f"  records of {name} at {zone.carrier}: {found.summary()}"))
    whole = not found.records_before or not found.records_after
    shown = found.changes[: RRSETS_SHOWN if whole and not explain else None]
    for one in shown:
        line = plain(str(one))
        yield Text(f"    {line}", style=_LINE_STYLE.get(line[:1], ""))
    if len(shown) < len(found.changes):
        yield Text(f"    ... and {len(found.changes) - len(shown)} more RRsets (--explain)", style="dim")


def _change(change: Change, explain: bool) -> Iterator[Text]:
    sign, style = _SIGNS.get(change.operation, (change.operation.value, "red"))
    line = Text(plain(f"    {sign} {_kind(change.type)} {change.name}"), style=style)
    properties = (*change.options, *unfolded(change.properties))
    if change.replaced_because:
        line.append(plain(f", replaced because of {', '.join(change.replaced_because)}"), style="red")
    if change.operation not in (Operation.CREATE, Operation.DELETE) and not explain:
        told = briefly(properties)
        more = f"; {len(told) - PROPERTIES_SHOWN} more (--explain)" if len(told) > PROPERTIES_SHOWN else ""
        line.append(plain(f": {'; '.join(told[:PROPERTIES_SHOWN])}{more}") if told else "", style="")
    yield line
    for one in properties if explain else ():
        for detail in line_by_line(one):
            yield Text(plain(f"        {detail}"), style=_LINE_STYLE.get(detail[:1], "dim"))


def _providers(changes: ChangeSet) -> Iterator[Text]:
    for move in provider_moves(changes):
        words = f"{name_of(move.old)} becomes {name_of(move.new)} for {move.resources} resources"
        yield Text(plain(f"    ~ provider {words}"), style="yellow")


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
    if finding.rule == GLASS_BROKEN:
        style = "bold red"
    if finding.waived:
        style, word = "dim", f"WAIVED {word}"
    console.print(
        f"[{style}]{word}[/] [bold]{escape(plain(finding.rule))}[/]: {escape(plain(finding.reason))}"
    )
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
    names = {
        "hcloud": "Hetzner ",
        "cloudflare": "Cloudflare ",
        "freifunk": "",
        "ffinfra": "",
        "pulumi": "provider ",
    }
    return f"{names.get(package, f'{package} ')}{rest.rsplit(':', 1)[-1]}"
