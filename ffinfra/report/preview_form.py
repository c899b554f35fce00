"""A preview as its form for other tools."""

from __future__ import annotations

from ffinfra.gate.change_digest import digest_of
from ffinfra.gate.context import GateContext
from ffinfra.gate.cost_change import cost_change
from ffinfra.gate.findings import Verdict
from ffinfra.gate.handing_on import HandingOn
from ffinfra.gate.provider_moves import provider_moves
from ffinfra.gate.quorum import approvals_needed
from ffinfra.report.schemas import (
    ChangeForm,
    CostForm,
    HandoverForm,
    PreviewForm,
    ProviderMoveForm,
    SkippedForm,
    ZoneForm,
    findings_of,
)


def preview_form(
    stack: str | None,
    context: GateContext,
    verdict: Verdict,
    needed: bool,
    handing_on: HandingOn | None = None,
) -> PreviewForm:
    """A preview for other tools.

    Args:
        stack: its name; None for a digest alone.
        context: what the rules looked at.
        verdict: what they said.
        needed: whether there is a step to approve.
        handing_on: what the change hands on to the next; None for a digest alone, which says nothing of it.
    """
    cost = cost_change(context)
    handed_on = handing_on is not None and handing_on.asks_a_signature
    return PreviewForm(
        stack=stack,
        blocked=verdict.blocked,
        approval_needed=needed or handed_on,
        approvals=max(_people(context, verdict, handing_on), int(handed_on)),
        handover=HandoverForm.of(handing_on) if handing_on is not None else None,
        digest=digest_of(context.changes),
        changes=tuple(ChangeForm.of(change) for change in context.changes.told),
        moves=tuple(
            ProviderMoveForm(old=move.old, new=move.new, resources=move.resources)
            for move in provider_moves(context.changes)
        ),
        zones=tuple(ZoneForm.of(zone) for zone in context.dns.zones),
        findings=findings_of(verdict),
        skipped=tuple(SkippedForm.of(one) for one in verdict.skipped),
        cost=CostForm(before=str(cost.before), after=str(cost.after), budget=str(cost.budget))
        if cost
        else None,
    )


def _people(context: GateContext, verdict: Verdict, handing_on: HandingOn | None) -> int:
    """How many people the steps need."""
    return approvals_needed(
        ((change.operation, change.urn) for change in context.changes.effective),
        destructive=verdict.destructive,
        free_additions=handing_on is not None and handing_on.free_now,
    )
