"""What stands in the runbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets, nameservers_of
from ffinfra.dns.delegation.signed_switch import Stage, Standing, memory, stages
from ffinfra.dns.differences import RRsetChange, differences
from ffinfra.dns.readiness.estimates import estimates, worst
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.records import RRset, RRsetKey
from ffinfra.failover.proofs import Proof
from ffinfra.report.document import Block, Code, Document, Heading, Items, Paragraph, Table
from ffinfra.report.runbook.command_lines import command_lines, listing_line
from ffinfra.report.runbook.expected import answers_blocks, delegation_blocks, visitor_blocks
from ffinfra.report.runbook.holders import declared, parent_page, parent_words, side_words, token_variables
from ffinfra.stack import Declarations

_AT_REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)
Proofs = tuple[Proof, ...] | Unknown


def runbook(declarations: Declarations, proofs: Proofs, made: datetime) -> Document:
    """The emergency of this network by hand, zone by zone.

    Args:
        declarations: the network, its zones, who holds them.
        proofs: when each zone was last seen ready.
        made: the date on the title, UTC.
    """
    blocks: list[Block] = [*_beginning(declarations, made)]
    for zone in declarations.zones:
        blocks += _zone(declarations.delegations, zone, proofs)
    return Document(f"Runbook: the DNS of {declarations.network.community} without ffinfra", tuple(blocks))


def _beginning(declarations: Declarations, made: datetime) -> Iterator[Block]:
    yield Paragraph(
        f"Made on {_date(made)} from dns/delegations.yaml. Print it, and print it again after each change there."
        " Needed are dig, and either a browser or a shell with curl (bash)."
    )
    yield Items(
        (
            "A zone is to be switched when its nameservers at rest will not answer again soon.",
            "Ask its fallback (1). One that does not answer as written here does not help: mend it first.",
            "Change the parent (2), by its page or by the lines for the shell, and ask it.",
            "Wait as long as it says for the zone, then ask as a visitor.",
            "When the nameservers at rest answer again, go the way back (3).",
            "Once ffinfra is at hand again, its state knows nothing of this: docs/DNS.md, The state is lost.",
        )
    )
    variables = token_variables(declarations.delegations)
    if variables:
        yield Paragraph(
            "The lines for the shell need these, typed in so that they are neither shown nor kept in the history:"
        )
        yield Code(tuple(f"read -rs {name}  # {what}" for name, what in variables))


def _zone(delegations: Delegations, zone: DeclaredZone, proofs: Proofs) -> Iterator[Block]:
    name = zone.declaration.zone
    alone = delegations.model_copy(update={"zones": (zone.declaration,)})
    caches = memory(alone, [zone.zone])
    fallback = Standing(
        Mode.FALLBACK,
        Trust.WITHDRAWN if delegations.breaks_at_fallback(zone.declaration) else Trust.PUBLISHED,
    )
    yield Heading(2, name)
    yield _facts(delegations, zone, proofs)
    yield Heading(3, f"1. Does the fallback of {name} answer?")
    yield from answers_blocks(zone.zone, nameservers_of(delegations, zone.declaration, Mode.FALLBACK))
    yield from _mending(delegations, zone)
    yield Heading(3, f"2. {name} to the fallback")
    yield from _way(delegations, zone, _AT_REST, stages(alone, _AT_REST, Mode.FALLBACK, caches))
    yield Heading(3, f"3. {name} back to its nameservers at rest")
    yield Paragraph("First they must answer again, all of them alike:")
    yield from answers_blocks(zone.zone, nameservers_of(delegations, zone.declaration, Mode.PRIMARY))
    yield from _way(delegations, zone, fallback, stages(alone, fallback, Mode.PRIMARY, caches))


def _mending(delegations: Delegations, zone: DeclaredZone) -> Iterator[Block]:
    side = delegations.fallback_of(zone.declaration)
    line = listing_line(zone.declaration.zone, side)
    yield Paragraph(f"Otherwise mend it: {side_words(delegations, side)}.")
    if line is not None:
        yield Paragraph("What it holds, the first page of it:")
        yield Code((line,))


def _facts(delegations: Delegations, zone: DeclaredZone, proofs: Proofs) -> Table:
    declaration = zone.declaration
    parent_ttl = delegations.parent.ttl
    apex = zone.zone.get(zone.zone.origin, "NS")
    child_ttl = apex.ttl if apex is not None else parent_ttl
    seconds = worst(estimates(parent_ttl, child_ttl))
    told = (
        f"at most {seconds} s after the parent says so (TTL there {parent_ttl} s, in the zone {child_ttl} s)"
    )
    return Table(
        ("", zone.declaration.zone),
        (
            ("Belongs to", declared(declaration.contact or delegations.contact, "contact")),
            ("At rest", side_words(delegations, declaration.primary)),
            ("Fallback", side_words(delegations, delegations.fallback_of(declaration))),
            ("Parent", parent_words(delegations)),
            ("Until all have followed", told),
            ("Fallback last seen ready", _proof(proofs, declaration.origin, Mode.FALLBACK)),
            ("Way back last seen ready", _proof(proofs, declaration.origin, Mode.PRIMARY)),
        ),
    )


def _proof(proofs: Proofs, zone: str, target: Mode) -> str:
    if isinstance(proofs, Unknown):
        return f"not known: {proofs.reason}"
    found = next((one for one in proofs if (one.zone, one.target) == (zone, target)), None)
    if found is None:
        return "never"
    last = _date(found.last_ready) if found.last_ready is not None else "never"
    return last if found.ready else f"{last}; NOT READY when last asked, {_date(found.asked)}"


def _way(
    delegations: Delegations, zone: DeclaredZone, begin: Standing, timeline: Sequence[Stage]
) -> Iterator[Block]:
    """Each change of the parent, with the wait before it."""
    before = begin
    for stage in timeline:
        if stage.wait:
            yield Paragraph(f"Now wait {stage.wait} s: {stage.why}.")
        if len(timeline) > 1:
            yield Paragraph(f"{stage.what[:1].upper()}{stage.what[1:]}:")
        yield from _change(delegations, zone, before, stage.standing)
        before = stage.standing
    yield Paragraph("Ask as a visitor:")
    yield from visitor_blocks(zone.zone, delegations.resolvers)


def _change(
    delegations: Delegations, zone: DeclaredZone, before: Standing, after: Standing
) -> Iterator[Block]:
    old, new = (_said(delegations, zone, one) for one in (before, after))
    changes = differences(old, new).changes
    page = parent_page(delegations)
    if page is not None:
        yield Paragraph(f"{page}:")
        yield Table(("", "type", "name", "content", "TTL"), tuple(_rows(changes)))
    lines = command_lines(delegations.parent, changes, _touched(delegations, zone), new)
    if lines:
        yield Paragraph("Or in the shell:" if page is not None else "In the shell:")
        yield Code(lines)
    yield Paragraph("Ask the parent:")
    parent, child = delegations.parent.origin, zone.declaration.origin
    yield from delegation_blocks(parent, child, new, absent_ds=bool(zone.declaration.ds))


def _rows(changes: Sequence[RRsetChange]) -> Iterator[tuple[str, ...]]:
    """What comes before what goes, so that the parent is never without nameservers."""
    for change in changes:
        for value in change.added_values:
            assert change.new is not None
            yield ("add", change.key.type, change.key.owner[:-1], value, f"{change.new.ttl} s")
    for change in changes:
        for value in change.removed_values:
            yield ("remove", change.key.type, change.key.owner[:-1], value, "")


def _said(delegations: Delegations, zone: DeclaredZone, standing: Standing) -> tuple[RRset, ...]:
    return delegation_rrsets(delegations, zone.declaration, standing.mode, standing.trust)


def _touched(delegations: Delegations, zone: DeclaredZone) -> tuple[RRsetKey, ...]:
    """Every name and type that some mode has in the parent, so that nothing of another mode is left."""
    every = (
        rrset.key for mode in Mode for rrset in _said(delegations, zone, Standing(mode, Trust.PUBLISHED))
    )
    return tuple(dict.fromkeys(every))


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
