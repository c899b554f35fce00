"""Where the atomicity of a zone's change ends is said before it begins."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.carried_records import Carrier
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule
from ffinfra.problems import OperationalError


def _evaluate(context: GateContext) -> Iterator[Hit]:
    """Only of our own primary: at a provider each RRset is a call of its own, which its resource shows.

    A zone that comes or goes as a whole is no difference of two contents: it begins with what the primary's own
    configuration seeds, and its end leaves the primary as it is.
    """
    for zone in context.dns.zones:
        found = zone.differences
        if zone.carrier is not Carrier.OWN or not found.records_before or not found.records_after:
            continue
        from ffinfra.dns.dynamic_update import messages_needed  # noqa: PLC0415 - messages, where one is to be sent

        try:
            count = messages_needed(zone.zone, zone.differences)
        except OperationalError as error:
            yield Hit(error.what, zone.urns, error.way_out, Severity.BLOCK)
            continue
        if count > 1:
            yield Hit(
                f"{zone.zone} would change in {count} messages, each all or nothing: after a failure between two of"
                " them the earlier ones are in effect",
                zone.urns,
            )


RULE = Rule(
    identifier="whole-change",
    title="a zone's change that takes several messages is told",
    why="An update (RFC 2136) is atomic up to its size; who reads the zone between two messages sees half a change.",
    severity=Severity.NOTE,
    way_out="Nothing, if half of it may be seen for a moment; else make it in parts that are whole by themselves."
    " If it breaks off, run the same apply again: it finishes the rest",
    evaluate=_evaluate,
)
