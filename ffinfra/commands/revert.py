"""``ffinfra revert``."""

from __future__ import annotations

from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.gate.reverting import revert
from ffinfra.report.checkout_forms import RevertForm
from ffinfra.report.plain import plain


def revert_command(
    approval: Annotated[str, typer.Argument(help="The applied approval to take back (ffinfra log).")],
    stack: StackOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an applied change back in the checkout, as a new change for the same gate. Applies nothing."""
    gate = gate_of(project, stack)
    done = revert(gate.project, gate.store, approval)
    for file in done.files:
        output(as_json).print(plain(file), markup=False)
    talk().print(
        f"taken back in the checkout: {len(done.files)} files of approval {done.record.identifier[:12]}."
        f" Next: git diff, ffinfra preview -s {plain(gate.stack)}, ffinfra approve, ffinfra apply"
    )
    if as_json:
        print_json(RevertForm(stack=gate.stack, approval=done.record.identifier, files=tuple(done.files)))
