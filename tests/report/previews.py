"""Previews as forms, harmless and hostile."""

from __future__ import annotations

from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.report.schemas import (
    ChangeForm,
    FindingForm,
    PreviewForm,
    PropertyForm,
    RRsetForm,
    SkippedForm,
    ZoneForm,
)

URN = "urn:pulumi:prod::ffinfra::hcloud:index/server:Server::sn5"
HOSTILE = (
    'a\x1b[2J\x00\u202e"><script>alert(1)</script>\n# x\u2028\r\u200bno findings\x85'
    "| **y** `z` @everyone ](javascript:x) ]]>"
)


def found(
    severity: Severity, rule: str = "shared-cpu", reason: str = "it is so", waived: str = ""
) -> FindingForm:
    return FindingForm(
        rule=rule, severity=severity, reason=reason, resources=(URN,), way_out="do something", waived=waived
    )


def change(operation: Operation, name: str) -> ChangeForm:
    one = PropertyForm(path="labels.a", old="1", new=name)
    return ChangeForm(
        operation=operation, urn=f"{URN}{name}", type="hcloud:index/server:Server", name=name, properties=(one,),
        replaced_because=(),
    )  # fmt: skip


def rrset(kind: str, owner: str) -> RRsetForm:
    return RRsetForm.model_validate(
        {
            "kind": kind,
            "owner": owner,
            "type": "A",
            "old_ttl": None if kind == "added" else 600,
            "new_ttl": None if kind == "removed" else 300,
            "old_values": () if kind == "added" else ("192.0.2.1",),
            "new_values": () if kind == "removed" else ("192.0.2.1",),
        }
    )


def zone(*changes: RRsetForm) -> ZoneForm:
    return ZoneForm(
        carrier="own primary",
        zone="ff.musterstadt.example.",
        records_before=3,
        records_after=4,
        changes=changes,
    )


def preview(stack: str = "prod", *findings: FindingForm, **settings: object) -> PreviewForm:
    given = {
        "stack": stack,
        "blocked": any(one.severity is Severity.BLOCK and not one.waived for one in findings),
        "approval_needed": True,
        "approvals": 1,
        "changes": (change(Operation.UPDATE, "sn5"), change(Operation.DELETE, "sn6")),
        "zones": (zone(rrset("added", "a."), rrset("removed", "b."), rrset("changed", "c.")),),
        "findings": findings,
        "skipped": (SkippedForm(rule="over-budget", reason="not here"),),
        **settings,
    }
    return PreviewForm.model_validate(given)


WHOLE = preview(
    "prod",
    found(Severity.NOTE, reason="note this"),
    found(Severity.BLOCK, reason="stop this"),
    found(Severity.BLOCK, reason="borne", waived="waived until 2026-12-31 by alex: known"),
)


def hostile() -> PreviewForm:
    finding = FindingForm(
        rule="own-x",
        severity=Severity.NOTE,
        reason=HOSTILE,
        resources=(HOSTILE,),
        way_out=HOSTILE,
        waived=HOSTILE,
    )
    owner = rrset("changed", HOSTILE)
    return preview(
        HOSTILE, finding, found(Severity.BLOCK, reason=HOSTILE), changes=(change(Operation.UPDATE, HOSTILE),),
        zones=(zone(owner).model_copy(update={"zone": HOSTILE}),), skipped=(SkippedForm(rule="x", reason=HOSTILE),),
    )  # fmt: skip
