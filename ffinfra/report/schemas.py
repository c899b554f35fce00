"""What ``--json`` prints: documented, versioned forms (docs/schemas holds them as JSON Schema)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from ffinfra.gate.changes import Change
from ffinfra.gate.dns_view import ZoneChange
from ffinfra.gate.findings import Finding, Severity, Skipped, Verdict
from ffinfra.gate.handing_on import HandingOn, UnknownAuthority
from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import Hidden, PropertyChange, PropertyValue
from ffinfra.report.form import Form
from ffinfra.report.handover import signer_lines


class PropertyForm(Form):
    """One leaf of a resource's inputs."""

    path: str
    old: str | int | float | bool | None
    """``[absent]``, ``[secret]``, ``[known after the update]`` or ``[not shown]`` where there is no value to show."""
    new: str | int | float | bool | None

    @classmethod
    def of(cls, one: PropertyChange) -> PropertyForm:
        """From the gate's value."""
        return cls(path=one.path, old=_shown(one.old), new=_shown(one.new))

    @property
    def change(self) -> PropertyChange:
        """Back to the gate's value."""
        return PropertyChange(self.path, _HIDDEN.get(self.old, self.old), _HIDDEN.get(self.new, self.new))


class ChangeForm(Form):
    """One step of the engine; ``same`` is one that only gets other options."""

    operation: Operation
    urn: str
    type: str
    name: str
    parent: str = ""
    """The URN of the resource that it is grouped under; empty for none."""
    protected: bool = False
    """Whether it is protected from deletion; of one that goes, whether it was."""
    properties: tuple[PropertyForm, ...]
    options: tuple[PropertyForm, ...] = ()
    """Options of the resource that differ, such as ``protect``."""
    replaced_because: tuple[str, ...]

    @classmethod
    def of(cls, change: Change) -> ChangeForm:
        """From the gate's change."""
        return cls(
            operation=change.operation,
            urn=change.urn,
            type=change.type,
            name=change.name,
            parent=change.parent,
            protected=change.protected,
            properties=tuple(PropertyForm.of(one) for one in change.properties),
            options=tuple(PropertyForm.of(one) for one in change.options),
            replaced_because=change.replaced_because,
        )


class RRsetForm(Form):
    """One RRset that differs."""

    kind: Literal["added", "removed", "changed"]
    owner: str
    type: str
    old_ttl: int | None
    new_ttl: int | None
    old_values: tuple[str, ...]
    new_values: tuple[str, ...]


class ZoneForm(Form):
    """The differences of one zone."""

    carrier: str
    zone: str
    records_before: int
    records_after: int
    changes: tuple[RRsetForm, ...]

    @classmethod
    def of(cls, zone: ZoneChange) -> ZoneForm:
        """From the gate's view."""
        return cls(
            carrier=zone.carrier.value,
            zone=zone.zone,
            records_before=zone.differences.records_before,
            records_after=zone.differences.records_after,
            changes=tuple(
                RRsetForm(
                    kind=one.kind.value,
                    owner=one.key.owner,
                    type=one.key.type,
                    old_ttl=one.old.ttl if one.old else None,
                    new_ttl=one.new.ttl if one.new else None,
                    old_values=one.old.values if one.old else (),
                    new_values=one.new.values if one.new else (),
                )
                for one in zone.differences.changes
            ),
        )


class FindingForm(Form):
    """What a rule found."""

    rule: str
    severity: Severity
    reason: str
    resources: tuple[str, ...]
    way_out: str
    waived: str = ""
    """By which waiver it weighs nothing; empty where none bears it."""

    @classmethod
    def of(cls, finding: Finding) -> FindingForm:
        """From the gate's finding."""
        return cls(
            rule=finding.rule,
            severity=finding.severity,
            reason=finding.reason,
            resources=finding.resources,
            way_out=finding.way_out,
            waived=finding.waived,
        )


class SkippedForm(Form):
    """A rule that could not be applied."""

    rule: str
    reason: str

    @classmethod
    def of(cls, skipped: Skipped) -> SkippedForm:
        """From the gate's value."""
        return cls(rule=skipped.rule, reason=skipped.reason)


class ProviderMoveForm(Form):
    """Resources that pass from one provider to another."""

    old: str
    """URN."""
    new: str
    """URN; a default provider's name holds its version."""
    resources: int


class CostForm(Form):
    """EUR a month, with VAT, as decimal texts."""

    before: str
    after: str
    budget: str


class HandoverForm(Form):
    """What a change hands on to those who judge the next one."""

    unknown: str = ""
    """Why it is not known who judges this change, so that nothing was compared; empty where it is known."""
    signers_removed: tuple[str, ...] = ()
    """Lines of .allowed_signers that count no more from the next change on."""
    signers_added: tuple[str, ...] = ()
    """Lines that count from then on."""
    signers_apart: bool = False
    """Whether these lines are approved by themselves, once the rest is applied."""
    free_before: bool | None = None
    """Whether pure additions need nobody in this change; None where that does not change."""
    free_after: bool | None = None
    """Whether they need nobody in the next; None as above."""

    @classmethod
    def of(cls, handing_on: HandingOn) -> HandoverForm | None:
        """From the gate's value; None where nothing would be different."""
        before = handing_on.before
        if isinstance(before, UnknownAuthority):
            return cls(unknown=before.reason)
        if not handing_on.asks_a_signature:
            return None
        lines = signer_lines(before.signers, handing_on.signers)
        free = handing_on.changes_free
        return cls(
            signers_removed=tuple(line[2:] for line in lines if line.startswith("-")),
            signers_added=tuple(line[2:] for line in lines if line.startswith("+")),
            signers_apart=handing_on.changes_signers and handing_on.apart,
            free_before=before.free_additions if free else None,
            free_after=handing_on.free_additions if free else None,
        )


class Basis(StrEnum):
    """What a preview compares the declarations with."""

    STATE = "state"
    """The stack's state."""
    OUTLINE = "outline"
    """What was applied last, without its secrets: approvals/outlines."""
    NOTHING = "nothing"
    """An empty stack: everything shows as new."""


class PreviewForm(Form):
    """``ffinfra preview --json`` and ``ffinfra gate check --json``."""

    schema_name: Literal["ffinfra.preview/1"] = Field(default="ffinfra.preview/1", alias="schema")
    stack: str | None
    blocked: bool
    approval_needed: bool
    approvals: int
    """How many people must approve; of a digest alone, where nothing is known to be free."""
    handover: HandoverForm | None = None
    """Who may approve and what is free from the next change on; None where nothing changes, and of a digest alone."""
    digest: str = ""
    """SHA-256 of all that is told below; the same preview has the same on every run and machine."""
    changes: tuple[ChangeForm, ...]
    moves: tuple[ProviderMoveForm, ...] = ()
    zones: tuple[ZoneForm, ...]
    findings: tuple[FindingForm, ...]
    skipped: tuple[SkippedForm, ...]
    cost: CostForm | None = None
    """None where the stack holds no hosts, or the declarations are not here."""
    basis: Basis = Basis.STATE


def findings_of(verdict: Verdict) -> tuple[FindingForm, ...]:
    """All findings of a verdict."""
    return tuple(FindingForm.of(finding) for finding in verdict.findings)


_HIDDEN: Mapping[PropertyValue, PropertyValue] = {f"[{one.value}]": one for one in Hidden}


def _shown(value: PropertyValue) -> str | int | float | bool | None:
    return f"[{value.value}]" if isinstance(value, Hidden) else value
