"""What the commands below ``ffinfra dns`` print with ``--json``: documented, versioned forms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ffinfra.dns.lint.finding import Finding, Level
from ffinfra.report.schemas import Form


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
