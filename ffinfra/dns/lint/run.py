"""All rules on all zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ffinfra.dns.lint import (
    aliases,
    carried,
    delegations,
    dkim,
    dmarc,
    host_names,
    record_sets,
    reverse,
    soa_timers,
    spf,
    targets,
    values,
    wildcards,
)
from ffinfra.dns.lint.context import Context, LintedZone, LintSettings, ZoneIndex
from ffinfra.dns.lint.finding import Finding, Hit, Rule
from ffinfra.dns.names import sort_key
from ffinfra.problems import Place

RULES: Final[tuple[Rule, ...]] = (
    *aliases.RULES,
    *delegations.RULES,
    *targets.RULES,
    *record_sets.RULES,
    *spf.RULES,
    *dmarc.RULES,
    *dkim.RULES,
    *values.RULES,
    *wildcards.RULES,
    *reverse.RULES,
    *soa_timers.RULES,
    *host_names.RULES,
    *carried.RULES,
)
"""Every rule; the order of docs/DNS_LINT.md."""


def lint_zones(zones: Sequence[LintedZone], settings: LintSettings | None = None) -> tuple[Finding, ...]:
    """Look at zones together: what leads from one to another is followed.

    Args:
        zones: each zone once.
        settings: what rules need to know beyond the zones.

    Returns:
        Findings by zone in the order given, then by owner in canonical order, then by rule.

    Raises:
        ValueError: a zone is given twice.
    """
    indexes = {linted.zone.origin: ZoneIndex(linted.zone) for linted in zones}
    if len(indexes) != len(zones):
        raise ValueError("a zone is given twice")
    found: list[Finding] = []
    for linted in zones:
        context = Context(linted, indexes, settings or LintSettings())
        hits = ((rule, hit) for rule in RULES for hit in rule.check(context))
        found += sorted((_finding(rule, hit, linted) for rule, hit in hits), key=_order)
    return tuple(found)


def _finding(rule: Rule, hit: Hit, linted: LintedZone) -> Finding:
    place: Place | None = hit.place
    if place is None and linted.file is not None:
        place = linted.file.place(hit.owner, hit.type, hit.value)
    return Finding(
        rule=rule.id,
        level=rule.level,
        zone=linted.zone.origin,
        owner=hit.owner,
        type=hit.type,
        place=place,
        message=hit.message,
        way_out=hit.way_out,
        source=rule.source,
    )


def _order(finding: Finding) -> tuple[tuple[bytes, ...], str, str]:
    return sort_key(finding.owner), finding.type or "", finding.rule
