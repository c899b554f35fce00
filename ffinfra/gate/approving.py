"""From a preview to a signed approval."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.findings import Verdict
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.quorum import least_approvals
from ffinfra.gate.record import ApprovalRecord, Override, recorded
from ffinfra.gate.rules import all_rules
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import authority_in_force, signers_of_change
from ffinfra.problems import OperationalError

VALID_FOR = timedelta(hours=12)
"""How long an approval may wait for its apply."""

STANDBY_FOR = timedelta(days=30)
"""How long an approval of a failover, signed ahead, may wait for the night when it is needed."""


def prepare(
    gate: Gate,
    preview: GatePreview,
    now: datetime,
    valid_for: timedelta = VALID_FOR,
    override: Override | None = None,
) -> ApprovalRecord:
    """The record that would approve a preview.

    Args:
        gate: the stack's gate.
        preview: what was shown.
        now: the present time.
        valid_for: how long it may wait.
        override: rules that the signer breaks on purpose.

    Raises:
        OperationalError: the preview cannot be approved; the text says why.
    """
    if preview.steps is None or still_blocked(preview.verdict, override):
        raise OperationalError(
            f"the change of {gate.stack} is blocked and cannot be approved",
            "See the findings above for the way out",
        )
    authority = authority_in_force(gate.project, gate.store, preview.state.last_approval, gate.environment)
    record = ApprovalRecord(
        stack=gate.stack,
        predecessor=preview.state.last_approval,
        created=now.replace(microsecond=0),
        expires=(now + valid_for).replace(microsecond=0),
        author=author(gate.project, gate.environment),
        bindings=preview.bindings,
        steps=preview.steps,
        findings=recorded(preview.verdict.findings),
        signers=signers_of_change(gate.project),
        free_additions=preview.stack.free_additions,
        override=override,
        approvals_needed=0,
    )
    return record.model_copy(update={"approvals_needed": least_approvals(record, authority)})


def still_blocked(verdict: Verdict, override: Override | None) -> bool:
    """Whether a rule blocks that is not overridden; what cannot be waived cannot be overridden either."""
    fixed = frozenset(rule.identifier for rule in all_rules() if not rule.waivable)
    broken = frozenset(override.rules) - fixed if override else frozenset[str]()
    return any(finding.blocks and finding.rule not in broken for finding in verdict.findings)


def approve(gate: Gate, record: ApprovalRecord, key: Path | None) -> StoredApproval:
    """Sign a record and store it; signing one that is there already adds a signature.

    Args:
        gate: the stack's gate.
        record: what is approved.
        key: the SSH key; None stores a record that needs nobody.

    Raises:
        OperationalError: the key cannot sign.
    """
    gate.store.add(record, sign(record.text, key) if key else None)
    return gate.store.find(record.identifier)


def author(project: Path, environment: Mapping[str, str]) -> str:
    """Who made the change: the author of the commit that is checked out, else git's own user."""
    for arguments in (["log", "-1", "--format=%ae"], ["config", "user.email"]):
        answer = subprocess.run(
            ["git", "-C", str(project), *arguments], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.strip()
    return environment.get("USER", "unknown")
