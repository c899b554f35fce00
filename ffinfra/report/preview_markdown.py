"""Previews as one comment of a pull request: Markdown that no name in it can break, and never too long.

The most severe comes first; what does not fit is counted, never left out in silence. GitHub takes 65,536
characters a comment (docs.github.com/rest/issues/comments), other forges about as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ffinfra.gate.findings import GLASS_BROKEN, Severity
from ffinfra.gate.operations import Operation
from ffinfra.report.handover import APART, free_line
from ffinfra.report.plain import plain
from ffinfra.report.preview_texts import differing, lines_of_texts
from ffinfra.report.property_lines import briefly
from ffinfra.report.schemas import (
    Basis,
    ChangeForm,
    FindingForm,
    HandoverForm,
    PreviewForm,
    RRsetForm,
)
from ffinfra.report.steps_shown import without_parts
from ffinfra.urn import name_of

LONGEST: Final = 59_000
"""Characters of a comment."""
MARK: Final = "<!-- ffinfra-preview -->"
"""The first line, by which the next run finds the comment that it replaces."""
LONGEST_VALUE: Final = 160
"""Characters of one name or value."""
LONGEST_KEY: Final = 900
"""Characters of one line of .allowed_signers; one with a key of 4096 bits has about 800."""

BASES: Final = {
    Basis.STATE: "compared with the state",
    Basis.OUTLINE: "compared with what was applied last, without secrets; what is secret was not compared",
    Basis.NOTHING: "compared with nothing, so everything shows as new (no outline in approvals/outlines)",
}

KEYS_SHOWN: Final = 20
"""Lines of .allowed_signers that are told of one stack, so that they always fit."""

_SIGNS: Final = {Severity.BLOCK: "🛑", Severity.DESTRUCTIVE: "⚠️", Severity.NOTE: "ℹ️"}  # noqa: RUF001
PROPERTIES_SHOWN: Final = 6
"""Properties of one change that are told on its line."""


def comment(previews: Sequence[PreviewForm]) -> str:
    """One comment over all stacks."""
    blocks = [MARK, f"## {_headline(previews)}", ""]
    room = LONGEST - sum(len(block) + 1 for block in blocks)
    left_out = 0
    for block in _blocks(previews):
        if len(block) + 1 > room - 120:
            left_out += block.count("\n") + 1
            continue
        blocks.append(block)
        room -= len(block) + 1
    if left_out:
        blocks += ["", f"*{left_out} more lines do not fit here; they are in the JSON and in the page.*"]
    return "\n".join(blocks) + "\n"


def _headline(previews: Sequence[PreviewForm]) -> str:
    blocked = [one for one in previews if one.blocked]
    if blocked:
        return f"🛑 blocked: {', '.join(_stack(one) for one in blocked)}"
    people = max((one.approvals for one in previews if one.approval_needed), default=None)
    if people is None:
        return "✅ no change"
    if people == 0:
        return "✅ nobody needs to approve"
    return f"🔑 {people} {'person must' if people == 1 else 'people must'} approve"


def _blocks(previews: Sequence[PreviewForm]) -> Iterator[str]:
    """Lines, and blocks of lines that stay together; what matters most first."""
    yield "| stack | changes | records | block | destructive | notes | waived |"
    yield "|---|---|---|---|---|---|---|"
    for one in previews:
        yield _row(one)
    for one in previews:
        yield from _remarks(one)
    yield from _findings(previews)
    for preview in previews:
        yield from _changes(preview)
    for preview in previews:
        yield from lines_of_texts(preview)


def _findings(previews: Sequence[PreviewForm]) -> Iterator[str]:
    findings = [(preview, finding) for preview in previews for finding in preview.findings]
    for severity in (Severity.BLOCK, Severity.DESTRUCTIVE, Severity.NOTE):
        for preview, finding in findings:
            if finding.severity is severity and not finding.waived:
                yield from _finding(preview, finding)
    for preview, finding in findings:
        if finding.waived:
            reason = f"{code(finding.reason)}, {code(finding.waived)}"
            yield f"- waived {_SIGNS[finding.severity]} **{finding.rule}** ({_stack(preview)}): {reason}"


def _remarks(one: PreviewForm) -> Iterator[str]:
    """What it hands on, what it was compared with, and the cost."""
    if one.handover is not None:
        yield ""
        yield "\n".join(_handover(one, one.handover))
    if one.basis is not Basis.STATE:
        yield ""
        yield f"{_stack(one)}: {BASES[one.basis]}."
    if one.cost is not None:
        yield ""
        yield f"💶 {_stack(one)}: {one.cost.before} → {one.cost.after} EUR a month, budget {one.cost.budget}"


def _handover(one: PreviewForm, handover: HandoverForm) -> Iterator[str]:
    """Who may approve from then on, each line whole: two keys may differ in their last letters."""
    if handover.unknown:
        yield f"🔏 {_stack(one)}: who may approve is not known here ({code(handover.unknown)})"
        return
    changed = [
        *(f"- \\- {code(line, LONGEST_KEY)}" for line in handover.signers_removed),
        *(f"- \\+ {code(line, LONGEST_KEY)}" for line in handover.signers_added),
    ]
    if changed:
        apart = f" ({APART})" if handover.signers_apart else ""
        yield f"🔏 **{_stack(one)}: others may approve from the next change on**{apart}"
        yield from changed[:KEYS_SHOWN]
        if len(changed) > KEYS_SHOWN:
            yield f"- and {len(changed) - KEYS_SHOWN} more lines (ffinfra preview)"
    if handover.free_before is not None and handover.free_after is not None:
        yield f"🔏 **{_stack(one)}: {free_line(handover.free_before, handover.free_after)}**"


def _row(one: PreviewForm) -> str:
    counts = [
        sum(finding.severity is severity and not finding.waived for finding in one.findings)
        for severity in (Severity.BLOCK, Severity.DESTRUCTIVE, Severity.NOTE)
    ]
    waived = sum(bool(finding.waived) for finding in one.findings)
    records = sum(len(zone.changes) for zone in one.zones)
    cells = (_stack(one), len(_shown_changes(one)), records, *counts, waived)
    return f"| {' | '.join(map(str, cells))} |"


def _finding(preview: PreviewForm, finding: FindingForm) -> Iterator[str]:
    yield ""
    sign = "🔴" if finding.rule == GLASS_BROKEN else _SIGNS[finding.severity]
    yield f"{sign} **{finding.rule}** ({_stack(preview)}): {code(finding.reason)}  "
    if finding.resources:
        more = f" and {len(finding.resources) - 5} more" if len(finding.resources) > 5 else ""
        yield f"{', '.join(code(one) for one in finding.resources[:5])}{more}  "
    yield f"way out: {code(finding.way_out)}"


def _changes(preview: PreviewForm) -> Iterator[str]:
    changes = _shown_changes(preview)
    if not changes and not preview.zones and not preview.moves:
        return
    yield ""
    yield f"### {_stack(preview)}"
    for change in changes:
        yield f"- {_headed(change)}{_briefly(change)}"
    for move in preview.moves:
        yield f"- provider {code(name_of(move.old))} becomes {code(name_of(move.new))} for {move.resources} resources"
    for zone in preview.zones:
        yield f"- records of {code(zone.zone)} at {code(zone.carrier)}: {len(zone.changes)} RRsets"
        yield from (f"  - {_rrset(one)}" for one in zone.changes)


def _headed(change: ChangeForm) -> str:
    word = "other options of" if change.operation is Operation.SAME else change.operation.value
    because = f", because of {code(', '.join(change.replaced_because))}" if change.replaced_because else ""
    return f"{word} {code(change.name)} ({code(change.type)}){because}"


def _briefly(change: ChangeForm) -> str:
    """What differs of something that stays."""
    if change.operation in (Operation.CREATE, Operation.DELETE):
        return ""
    told = briefly(differing(change))
    more = f" and {len(told) - PROPERTIES_SHOWN} more" if len(told) > PROPERTIES_SHOWN else ""
    return f": {', '.join(code(one) for one in told[:PROPERTIES_SHOWN])}{more}" if told else ""


def _rrset(one: RRsetForm) -> str:
    name = code(f"{one.owner} {one.type}")
    old, new = code(", ".join(one.old_values)), code(", ".join(one.new_values))
    ttl = (
        f", ttl {one.old_ttl} → {one.new_ttl}" if one.kind == "changed" and one.old_ttl != one.new_ttl else ""
    )
    match one.kind:
        case "added":
            return f"\\+ {name} {new} (ttl {one.new_ttl})"
        case "removed":
            return f"\\- {name} {old} (ttl {one.old_ttl})"
        case "changed":
            return f"~ {name} {old} → {new}{ttl}" if old != new else f"~ {name}{ttl}"


def _shown_changes(preview: PreviewForm) -> tuple[ChangeForm, ...]:
    """The steps without the parts of a replacement, those that remove first."""
    shown = without_parts(preview.changes)
    return tuple(sorted(shown, key=lambda one: (not one.operation.removes, one.type, one.name)))


def _stack(preview: PreviewForm) -> str:
    return code(preview.stack or "a digest")


def code(text: str, longest: int = LONGEST_VALUE) -> str:
    """A text in backticks on one line: no markup, no mention, no link, no HTML and no table cell in it."""
    line = plain(text).replace("`", "'").replace("|", "¦")
    short = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return f"`{short}`" if short.strip() else "` `"
