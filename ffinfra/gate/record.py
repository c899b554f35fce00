"""An approval as a record: what it binds, in one canonical text that is signed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.gate.findings import Finding, Severity
from ffinfra.gate.fingerprints import canonical_json
from ffinfra.gate.operations import Operation
from ffinfra.problems import InvalidInputError, Place, Problem

Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ApprovedStep(_Part):
    """One step that may be performed."""

    operation: Operation
    urn: str
    inputs: Fingerprint | None = None
    """Of the new inputs; None where the step has none."""
    unknown: tuple[str, ...] = ()
    """Paths of inputs whose values were not known yet."""


class Bindings(_Part):
    """What must be the same at approval and at apply."""

    program: Sha256
    """The content of every file that the program or the gate reads."""
    configuration: Fingerprint
    """The configuration that the engine passes in, secrets included."""
    state: Fingerprint
    """The stack's state, secrets included."""
    resources: dict[str, Fingerprint]
    """Each resource of the state, so that a broken-off apply can be recognised and resumed."""
    versions: dict[str, str]
    """The engine, the plugins and the packages behind them."""


class RecordedFinding(_Part):
    """A finding that the approver was shown."""

    rule: str
    severity: Severity
    reason: str
    waived: str = ""


class Override(_Part):
    """A rule that blocks, broken on purpose by the one who signs."""

    rules: Annotated[tuple[str, ...], Field(min_length=1)]
    """The rules that count for nothing in this change; all others still block."""
    reason: Annotated[str, Field(min_length=10, max_length=500)]


class BoundSwitch(_Part):
    """Makes a record an approval of one switch of the delegation, given ahead.

    It binds the code, what ``failover`` declares, and the configuration without the mode; so it outlives commits that
    do not concern the switch. Its steps, its state and its signers are bound as in any record.
    """

    from_mode: Mode
    from_trust: Trust
    to_mode: Mode
    to_trust: Trust
    wait: Annotated[int, Field(ge=1)] | None = Field(default=None, exclude_if=lambda wait: wait is None)
    """Makes it an approval of a later stage: its predecessor is that of the stage before, signed over the same state,
    which must be done, and the state last written at least so many seconds ago. None for a first stage."""


class ApprovalRecord(_Part):
    """A record; its identifier is the SHA-256 of its canonical text."""

    format: Literal[1] = 1
    stack: str
    predecessor: Sha256 | None
    """The identifier of the approval that was applied last; a record cannot be moved in the chain."""
    created: AwareDatetime
    expires: AwareDatetime
    authors: tuple[str, ...]
    """Who made the change since the last approval, as git knows them; where two must sign, theirs does not count."""
    commit: Commit | None
    """The commit that was checked out; None outside of git."""
    bindings: Bindings
    steps: tuple[ApprovedStep, ...]
    findings: tuple[RecordedFinding, ...]
    signers: str
    """The .allowed_signers of the change: they judge the next one, never this one."""
    free_additions: bool = False
    """Whether pure additions need nobody from the next change on, as the change's configuration says."""
    override: Override | None = None
    switch: BoundSwitch | None = None
    approvals_needed: Annotated[int, Field(ge=0, le=9)]

    @property
    def text(self) -> str:
        """The canonical text, which is what is signed."""
        return canonical_json(self.model_dump(mode="json")) + "\n"

    @property
    def identifier(self) -> str:
        """SHA-256 of the text, 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def expired(self, now: datetime) -> bool:
        """Whether it is too old."""
        return now >= self.expires


def parse_record(text: str, source: str) -> ApprovalRecord:
    """Read a record; only its canonical text is accepted, so what was signed is what was read.

    Raises:
        InvalidInputError: it is no record of a known format, or was edited.
    """
    try:
        record = ApprovalRecord.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInputError(
            [_problem(source, f"is no approval record: {where}: {first['msg']}")]
        ) from error
    if record.text != text:
        raise InvalidInputError([_problem(source, "was edited: it is not in the canonical form")])
    return record


def recorded(findings: tuple[Finding, ...]) -> tuple[RecordedFinding, ...]:
    """Findings as a record keeps them."""
    return tuple(
        RecordedFinding(
            rule=finding.rule, severity=finding.severity, reason=finding.reason, waived=finding.waived
        )
        for finding in findings
    )


def _problem(source: str, what: str) -> Problem:
    return Problem(place=Place(source), what=what, way_out="Make a new approval with ffinfra approve")
