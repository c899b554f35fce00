"""An SOA with which secondaries outlive an outage, and which names who it named before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ffinfra.gate.carried_records import ZONE_CONTENT_TYPE
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.findings import Severity
from ffinfra.gate.property_changes import PropertyValue
from ffinfra.gate.rules.rule import Hit, Rule

SHORTEST_EXPIRE = 604_800
"""Seconds, a week: how long secondaries must go on when the primary is gone (RFC 1912, section 2.2, says 2 to 4)."""
LONGEST_REFRESH = 86_400
"""Seconds, a day: how late a secondary may be whose NOTIFY was lost (RFC 1912 says up to 12 hours)."""
LONGEST_MINIMUM = 86_400
"""Seconds, a day: for how long a name that was asked for too early may stay unknown (RFC 2308, section 5)."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for change in context.changes.effective:
        if change.type == ZONE_CONTENT_TYPE and change.new_inputs is not None:
            yield from _judged(change, change.new_inputs.get("soa"))


def _judged(change: Change, soa: object) -> Iterator[Hit]:
    """Only fields that this change makes or alters."""
    hidden = why_hidden(soa)
    if hidden:
        yield Hit(f"the SOA of {change.name} is {hidden}, so it cannot be judged", [change.urn])
        return
    changed = {one.path: one.old for one in change.properties if one.path.startswith("soa.")}
    if not changed or not isinstance(soa, Mapping):
        return
    yield from _names(change, soa, changed)
    for reason, way_out, severity in _timers(change.name, soa):
        yield Hit(reason, [change.urn], way_out, severity)


def _names(change: Change, soa: Mapping[str, Any], changed: Mapping[str, PropertyValue]) -> Iterator[Hit]:
    if change.old_inputs is None:
        return
    for field, what in (("mname", "primary"), ("rname", "mailbox")):
        if f"soa.{field}" in changed:
            yield Hit(
                f"the SOA of {change.name} would name {soa.get(field)} as its {what} instead of"
                f" {changed[f'soa.{field}']}",
                [change.urn],
                "See that it is meant: secondaries and those who send updates or mail go by it",
                Severity.NOTE,
            )


def _timers(name: str, soa: Mapping[str, Any]) -> Iterator[tuple[str, str, Severity]]:
    refresh, retry, expire, minimum = (
        _seconds(soa, field) for field in ("refresh", "retry", "expire", "minimum")
    )
    if expire is not None and expire < SHORTEST_EXPIRE:
        yield (
            f"secondaries of {name} would stop answering {expire} s after the primary is lost",
            f"Keep SOA expire at {SHORTEST_EXPIRE} s or more",
            Severity.BLOCK,
        )
    if refresh is not None and refresh > LONGEST_REFRESH:
        yield (
            f"secondaries of {name} would ask for changes only every {refresh} s",
            f"Keep SOA refresh at {LONGEST_REFRESH} s or less",
            Severity.NOTE,
        )
    if refresh is not None and retry is not None and retry > refresh:
        yield (
            f"secondaries of {name} would try again after {retry} s, later than they ask anyway ({refresh} s)",
            "Keep SOA retry below refresh (RFC 1912 section 2.2)",
            Severity.NOTE,
        )
    if minimum is not None and minimum > LONGEST_MINIMUM:
        yield (
            f"a name of {name} that was asked for before it exists would stay unknown for {minimum} s",
            f"Keep SOA minimum at {LONGEST_MINIMUM} s or less (RFC 2308 section 5)",
            Severity.NOTE,
        )


def _seconds(soa: Mapping[str, Any], field: str) -> int | None:
    value = soa.get(field)
    return int(value) if isinstance(value, int | float) else None


RULE = Rule(
    identifier="soa-fits",
    title="the SOA lets secondaries outlive an outage, and names who it named before",
    why="Its timers decide how long a zone lives without its primary, and how long a mistake is remembered.",
    severity=Severity.BLOCK,
    way_out="Correct the SOA in the zone's file",
    evaluate=_evaluate,
)
