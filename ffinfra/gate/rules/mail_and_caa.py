"""Records that mail and certificates hang on are not removed in passing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ffinfra.dns.differences import RRsetChange
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule


def _evaluate(context: GateContext) -> Iterator[Hit]:
    for zone in context.dns.zones:
        come = {change.key.owner for change in zone.differences.changes if change.old is None}
        for change in zone.differences.changes:
            moved = change.key.type == "CNAME" and change.key.owner in come
            lost = () if moved else _lost(change)
            if lost:
                left = "some of it" if change.new else "all of it"
                yield Hit(
                    f"{change.key} at {zone.carrier} would lose {left}: {', '.join(lost)}", [str(change.key)]
                )


def _lost(change: RRsetChange) -> tuple[str, ...]:
    """The values that go without another of their kind in their place."""
    part = _part_played_by(change)
    if part is None:
        return ()
    come = Counter(map(part, change.added_values))
    lost = []
    for value in change.removed_values:
        played = part(value)
        if not played:
            continue
        if come[played]:
            come[played] -= 1
        else:
            lost.append(value)
    return tuple(lost)


def _part_played_by(change: RRsetChange) -> Callable[[str], str] | None:
    """How to tell the part that a value of the RRset plays; None for RRsets that neither mail nor CAA hangs on.

    Values of one part stand in for each other; a value without one is of no concern here.
    """
    owner, rdtype = change.key
    if rdtype == "MX":
        return lambda _: "exchange"
    if rdtype == "CAA":
        return lambda value: value.split(" ")[1]
    if rdtype in ("TXT", "CNAME") and _is_of_mail(owner):
        return lambda _: "policy or key"
    if rdtype == "TXT":
        return lambda value: "sender policy" if _is_spf(value) else ""
    return None


def _is_of_mail(owner: str) -> bool:
    """Names of DMARC (RFC 7489), DKIM (RFC 6376) and MTA-STS (RFC 8461)."""
    labels: Iterable[str] = owner.split(".")
    return not {"_dmarc", "_domainkey", "_mta-sts"}.isdisjoint(labels)


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
