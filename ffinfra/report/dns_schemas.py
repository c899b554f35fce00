"""What the commands below ``ffinfra dns`` print with ``--json``: documented, versioned forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from ffinfra.dns.check.findings import Argument, CaseReport, ZoneReport
from ffinfra.dns.check.findings import Finding as CheckFinding
from ffinfra.dns.check.registry import registry
from ffinfra.dns.check.sentences import sentence_of
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.signed_switch import Stage
from ffinfra.dns.lint.finding import Finding, Level
from ffinfra.dns.readiness.verdict import Reason, ZoneReadiness
from ffinfra.failover.convergence import Converged
from ffinfra.report.form import Form


class LintFindingForm(Form):
    """One finding of a rule on zones."""

    rule: str
    level: Level
    zone: str
    owner: str
    type: str | None
    file: str | None
    line: int | None
    column: int | None
    message: str
    way_out: str
    source: str

    @classmethod
    def of(cls, finding: Finding) -> LintFindingForm:
        """From the rule's finding."""
        place = finding.place
        return cls(
            rule=finding.rule,
            level=finding.level,
            zone=finding.zone,
            owner=finding.owner,
            type=finding.type,
            file=place.file if place else None,
            line=place.line if place else None,
            column=place.column if place else None,
            message=finding.message,
            way_out=finding.way_out,
            source=finding.source,
        )


class LintForm(Form):
    """``ffinfra dns lint --json``."""

    schema_name: Literal["ffinfra.dns-lint/1"] = Field(default="ffinfra.dns-lint/1", alias="schema")
    zones: tuple[str, ...]
    records: int
    errors: int
    warnings: int
    infos: int
    findings: tuple[LintFindingForm, ...]


class CheckFindingForm(Form):
    """One message of a test case; tags and levels are Zonemaster's."""

    tag: str
    level: str
    by_design: bool
    """Whether the declarations of dns/delegations.yaml explain it; then it does not count for the exit."""
    message: str
    arguments: Mapping[str, Argument]

    @classmethod
    def of(cls, finding: CheckFinding) -> CheckFindingForm:
        """From the test case's finding."""
        return cls(
            tag=finding.tag,
            level=finding.level.name,
            by_design=finding.by_design,
            message=sentence_of(finding),
            arguments=dict(finding.arguments),
        )


class CaseForm(Form):
    """One test case at one zone."""

    case: str
    title: str
    source: str
    seconds: float
    skipped: str | None
    """Why it was not run, or not to its end."""
    findings: tuple[CheckFindingForm, ...]

    @classmethod
    def of(cls, report: CaseReport) -> CaseForm:
        """From the report of a test case."""
        case = registry()[report.case]
        return cls(
            case=case.id,
            title=case.title,
            source=case.source,
            seconds=round(report.seconds, 3),
            skipped=report.skipped.reason if report.skipped else None,
            findings=tuple(CheckFindingForm.of(finding) for finding in report.findings),
        )


class ZoneCheckForm(Form):
    """All test cases at one zone."""

    zone: str
    worst: str
    complete: bool
    """Whether no test case was given up for want of time."""
    seconds: float
    responses: int
    cases: tuple[CaseForm, ...]

    @classmethod
    def of(cls, report: ZoneReport) -> ZoneCheckForm:
        """From the report of a zone."""
        return cls(
            zone=report.zone,
            worst=report.worst.name,
            complete=report.complete,
            seconds=round(report.seconds, 3),
            responses=report.responses,
            cases=tuple(CaseForm.of(case) for case in report.cases),
        )


class CheckForm(Form):
    """``ffinfra dns check --json``."""

    schema_name: Literal["ffinfra.dns-check/1"] = Field(default="ffinfra.dns-check/1", alias="schema")
    zones: tuple[ZoneCheckForm, ...]


class ReasonForm(Form):
    """Why a zone is not ready, or what is wrong beside."""

    id: str
    what: str
    way_out: str

    @classmethod
    def of(cls, reason: Reason) -> ReasonForm:
        """From the judgement."""
        return cls(id=reason.id, what=reason.what, way_out=reason.way_out)


class EstimateForm(Form):
    """The worst case of one class of resolvers, seconds."""

    resolver: str
    seconds: int
    source: str


class NotLookedForm(Form):
    """What was not looked at."""

    what: str
    reason: str


class StageForm(Form):
    """One change of the parent that a switch takes."""

    wait_seconds: int
    """Since every nameserver of the parent serves the stage before; 0 for the first."""
    mode: str
    trust: str
    what: str
    why: str

    @classmethod
    def of(cls, stage: Stage) -> StageForm:
        """From the timeline."""
        return cls(
            wait_seconds=stage.wait,
            mode=stage.standing.mode,
            trust=stage.standing.trust,
            what=stage.what,
            why=stage.why,
        )


class ZoneReadyForm(Form):
    """The readiness of one zone."""

    zone: str
    ready: bool
    reasons: tuple[ReasonForm, ...]
    remarks: tuple[ReasonForm, ...]
    """What is wrong and does not forbid the switch."""
    eta_seconds: int
    """The longest of the estimates, and the waits of the stages before the change of nameservers."""
    estimates: tuple[EstimateForm, ...]
    """Counted from when the parent names the new nameservers."""
    stages: tuple[StageForm, ...]
    """More than one where a zone's DS goes out first or comes in last; none where the parent says so already."""
    expiry_seconds: int | None
    """How long the secondaries go on without a primary at least; null where nothing expires or nobody knows."""
    signature_seconds: int | None
    """Until the first signature there ends; null where no DS asks for them."""
    serials: Mapping[str, int]
    """The SOA serial by address, of the nameservers to be switched to and of those at rest."""
    skipped: tuple[NotLookedForm, ...]

    @classmethod
    def of(cls, found: ZoneReadiness) -> ZoneReadyForm:
        """From the judgement."""
        return cls(
            zone=found.zone,
            ready=found.ready,
            reasons=tuple(map(ReasonForm.of, found.reasons)),
            remarks=tuple(map(ReasonForm.of, found.remarks)),
            eta_seconds=found.eta,
            stages=tuple(map(StageForm.of, found.way)),
            expiry_seconds=found.expiry,
            signature_seconds=found.signatures,
            serials=dict(found.serials),
            estimates=tuple(
                EstimateForm(resolver=one.resolver, seconds=one.seconds, source=one.source)
                for one in found.estimates
            ),
            skipped=tuple(NotLookedForm(what=one.what, reason=one.reason) for one in found.skipped),
        )


class ReadyForm(Form):
    """``ffinfra dns ready --json``."""

    schema_name: Literal["ffinfra.dns-ready/1"] = Field(default="ffinfra.dns-ready/1", alias="schema")
    target: str
    ready: bool
    eta_seconds: int
    zones: tuple[ZoneReadyForm, ...]

    @classmethod
    def of(cls, target: Mode, found: Sequence[ZoneReadiness]) -> ReadyForm:
        """From the judgement of every zone that was asked for."""
        return cls(
            target=target,
            ready=all(one.ready for one in found),
            eta_seconds=max(one.eta for one in found),
            zones=tuple(map(ZoneReadyForm.of, found)),
        )


class FailoverForm(Form):
    """``ffinfra failover --json``."""

    schema_name: Literal["ffinfra.failover/1"] = Field(default="ffinfra.failover/1", alias="schema")
    target: str
    changed: bool
    """Whether this run changed anything."""
    forced: bool
    eta_seconds: int
    """The worst case until every resolver has followed, stages before the change included."""
    converged: bool
    seconds: float
    """How long was watched."""
    waiting: tuple[str, ...]
    """Who had not followed, or could not be seen to follow, when the time was over."""

    @classmethod
    def of(cls, target: Mode, converged: Converged, *, changed: bool, forced: bool, eta: int) -> FailoverForm:
        """From how the watch ended."""
        return cls(
            target=target,
            changed=changed,
            forced=forced,
            eta_seconds=eta,
            converged=not converged.waiting,
            seconds=round(converged.seconds, 1),
            waiting=converged.waiting,
        )


class RebuiltForm(Form):
    """``ffinfra failover --rebuild --json``: the stack holds all that is declared, and nothing differs."""

    schema_name: Literal["ffinfra.rebuilt/1"] = Field(default="ffinfra.rebuilt/1", alias="schema")
    stack: str
