"""Pages that are made from the code: docs/COMMANDS.md, docs/RULES.md and docs/schemas/*.json.

``python -m tools.pages`` writes them; a test sees to it that they are current.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import typer.cli
import typer.main
from pydantic import BaseModel

from ffinfra.cli import command_line
from ffinfra.gate.rules import all_rules
from ffinfra.lab.rehearsal import result
from ffinfra.report import (
    adopt_form,
    alarm_form,
    approval_forms,
    checkout_forms,
    dns_schemas,
    drift_form,
    failure_form,
    host_schemas,
    log_schemas,
    network_schemas,
    problem_form,
    schemas,
    status_form,
)
from ffinfra.stack_kind import StackKind

DOCS = Path(__file__).resolve().parents[1] / "docs"


def command_page() -> str:
    """Every command with its options, as ``--help`` tells them."""
    command = typer.main.get_command(command_line())
    text = typer.cli.get_docs_for_click(
        obj=command, ctx=typer.Context(command, info_name="ffinfra"), name="ffinfra", title="Commands"
    )
    lines = [line.rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


_RULES_HEAD = """\
# Rules of the gate

Each finding names its rule. `block` cannot be approved, `destructive` needs two people, `note` is worth reading; a
finding may be milder than its rule, and says so. The rules are applied by `ffinfra preview`, `ffinfra approve`,
`ffinfra apply` (just before it performs), `ffinfra failover` and `ffinfra gate check`.

## Waivers

What a community knows of and bears stands in `waivers.yaml` beside Pulumi.yaml, and is a part of what is approved:

    waivers:
      - rule: shared-cpu
        resources: supernodes.sn5      # each resource of the finding must fit; * stands for any text
        reason: a test machine that may be suspended
        owner: alex
        expires: "2026-12-31"          # at most a year ahead

Waived findings stay in every report, with the owner's name. A waiver that is expired, too broad, too long or for no
rule that can be waived does not count and is a finding of `waivers-hold`; so is one that a change did not need.

## Rules of your own

Each function of `gate_rules.py` beside Pulumi.yaml whose name has no leading underscore is a rule `own-NAME`. It
takes a `GateContext` (`ffinfra/gate/context.py`) and yields `Hit`s. What fails in it blocks, and the last line of its
traceback is told.

    from ffinfra.gate.rules.rule import Hit

    def no_friday_evening(context):
        \"\"\"nothing is changed on a Friday evening\"\"\"
        if context.changes.effective and context.now.weekday() == 4 and context.now.hour >= 16:
            yield Hit("it is Friday evening", [change.urn for change in context.changes.effective])

## The rules
"""


def rules_page() -> str:
    """Every rule with its reason and way out."""
    parts = [_RULES_HEAD]
    for rule in all_rules():
        where = "" if rule.stacks == frozenset(StackKind) else f"; on {', '.join(sorted(rule.stacks))} only"
        project = "; needs the declarations beside the preview" if rule.needs_declarations else ""
        waiver = "" if rule.waivable else "; cannot be waived"
        parts.append(
            f"### {rule.identifier}\n\n{rule.title[0].upper()}{rule.title[1:]}."
            f" Severity: {rule.severity}{where}{project}{waiver}.\n\n"
            f"Why: {rule.why}\n\nWay out: {rule.way_out}.\n"
        )
    return "\n".join(parts)


def documented_forms() -> dict[str, type[BaseModel]]:
    """File name -> form, of everything that ``--json`` prints."""
    found: dict[str, type[BaseModel]] = {}
    for module in (
        schemas,
        adopt_form,
        status_form,
        alarm_form,
        approval_forms,
        checkout_forms,
        drift_form,
        failure_form,
        problem_form,
        dns_schemas,
        host_schemas,
        log_schemas,
        network_schemas,
        result,
    ):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, BaseModel)
                and "schema_name" in value.model_fields
            ):
                name = str(value.model_fields["schema_name"].default).removeprefix("ffinfra.")
                found[name.replace("/", "-") + ".json"] = value
    return found


def schema_page(form: type[BaseModel]) -> str:
    """The JSON Schema of a form."""
    return json.dumps(form.model_json_schema(mode="serialization", by_alias=True), indent=2) + "\n"


def pages() -> dict[Path, str]:
    """Every generated page, by its path."""
    made = {DOCS / "COMMANDS.md": command_page(), DOCS / "RULES.md": rules_page()}
    made.update({DOCS / "schemas" / name: schema_page(form) for name, form in documented_forms().items()})
    return made


def main() -> None:
    """Write all pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
