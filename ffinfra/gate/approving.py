"""From a preview to a signed approval."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.findings import Verdict
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, recorded
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import signers_of_change
from ffinfra.problems import OperationalError

VALID_FOR = timedelta(hours=12)
"""How long an approval may wait for its apply."""

STANDBY_FOR = timedelta(days=30)
"""How long an approval of a failover, signed ahead, may wait for the night when it is needed."""


def prepare(
    gate: Gate, preview: GatePreview, now: datetime, valid_for: timedelta = VALID_FOR
) -> ApprovalRecord:
    """The record that would approve a preview.

    Raises:
        OperationalError: the preview cannot be approved; the text says why.
    """
    if preview.verdict.blocked or preview.steps is None:
        raise OperationalError(
            f"the change of {gate.stack} is blocked and cannot be approved",
            "See the findings above for the way out",
        )
    return ApprovalRecord(
        stack=gate.stack,
        predecessor=preview.state.last_approval,
        created=now.replace(microsecond=0),
        expires=(now + valid_for).replace(microsecond=0),
        author=author(gate.project, gate.environment),
        bindings=preview.bindings,
        steps=preview.steps,
        findings=recorded(preview.verdict.findings),
        signers=signers_of_change(gate.project),
        approvals_needed=approvals_needed(preview.verdict, has_steps=bool(preview.steps)),
    )


def approve(gate: Gate, record: ApprovalRecord, key: Path) -> StoredApproval:
    """Sign a record and store it; signing one that is there already adds a signature.

    Raises:
        OperationalError: the key cannot sign.
    """
    gate.store.add(record, sign(record.text, key))
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


def approvals_needed(verdict: Verdict, *, has_steps: bool) -> int:
    """How many people must approve: none for nothing, two for what destroys, else one."""
    if not has_steps:
        return 0
    return 2 if verdict.destructive else 1
