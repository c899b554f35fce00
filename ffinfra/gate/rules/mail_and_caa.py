"""Records that mail and certificates hang on are not removed in passing."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.differences import RRsetChange
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        for change in zone.differences.changes:
            what = _lost(change)
            if what:
                yield Hit(f"{change.key} at {zone.carrier} would lose {what}", [str(change.key)])


def _lost(change: RRsetChange) -> str:
    """What goes, in words; empty where nothing of the kind does."""
    lost = ", ".join(change.removed_values)
    if change.key.type in ("MX", "CAA"):
        return f"all of it: {lost}" if change.new is None else ""
    if change.key.type != "TXT":
        return ""
    first = change.key.owner.split(".", 1)[0]
    if first == "_dmarc" or "._domainkey." in change.key.owner:
        return f"all of it: {lost}" if change.new is None else ""
    kept = change.new.values if change.new else ()
    spf = [value for value in change.removed_values if _is_spf(value)]
    return f"its SPF record {spf[0]}" if spf and not any(map(_is_spf, kept)) else ""


def _is_spf(value: str) -> bool:
    return value.strip('"').lower().startswith("v=spf1")


RULE = Rule(
    identifier="mail-and-caa",
    title="MX, SPF, DKIM, DMARC and CAA records are not removed in passing",
    why="Without them mail is lost or refused, and anybody's certificate authority may issue.",
    severity=Severity.DESTRUCTIVE,
    way_out="If it must go, two people approve; else put the record back into the zone's file",
    evaluate=_evaluate,
)
