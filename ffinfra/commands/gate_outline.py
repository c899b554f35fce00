"""``ffinfra gate outline``."""

from __future__ import annotations

import json

from ffinfra.commands.printing import JsonOption, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, StackOption, gate_of
from ffinfra.gate.outline import outline_file, outline_of
from ffinfra.gate.plain_files import replace_file
from ffinfra.problems import OperationalError
from ffinfra.report.checkout_forms import OutlineForm


def outline_command(
    stack: StackOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Write the stack's state without its secrets into approvals/outlines, for previews without secrets."""
    gate = gate_of(project, stack)
    text = outline_of(gate.engine.export())
    file = outline_file(gate.project, gate.stack)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text.encode())
    except OSError as error:
        raise OperationalError(f"{file} cannot be written: {error}", "See who owns approvals/") from error
    name, resources = file.relative_to(gate.project).as_posix(), len(json.loads(text)["resources"])
    talk().print(f"wrote {name}: {resources} resources, without secrets; commit it", markup=False)
    if as_json:
        print_json(OutlineForm(stack=gate.stack, file=name, resources=resources))
