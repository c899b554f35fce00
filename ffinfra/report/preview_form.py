"""A preview as its form for other tools."""

from __future__ import annotations

from ffinfra.gate.change_digest import digest_of
from ffinfra.gate.context import GateContext
from ffinfra.gate.cost_change import cost_change
from ffinfra.gate.findings import Verdict
from ffinfra.gate.provider_moves import provider_moves
from ffinfra.gate.quorum import approvals_needed
from ffinfra.report.schemas import (
    ChangeForm,
    CostForm,
    PreviewForm,
    ProviderMoveForm,
    SkippedForm,
    ZoneForm,
    findings_of,
)


def preview_form(stack: str | None, context: GateContext, verdict: Verdict, needed: bool) -> PreviewForm:
    """A preview for other tools."""
    cost = cost_change(context)
    return PreviewForm(
        stack=stack,
        blocked=verdict.blocked,
        approval_needed=needed,
        approvals=approvals_needed(
            ((change.operation, change.urn) for change in context.changes.effective),
            destructive=verdict.destructive,
            free_additions=False,
        ),
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
