"""Pages that are made from the code: docs/COMMANDS.md and docs/schemas/*.json.

``python -m tools.pages`` writes them; a test sees to it that they are current.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import typer.cli
import typer.main
from pydantic import BaseModel

from ffinfra.cli import app
from ffinfra.lab.rehearsal import result
from ffinfra.report import dns_schemas, host_schemas, network_schemas, schemas

DOCS = Path(__file__).resolve().parents[1] / "docs"


def command_page() -> str:
    """Every command with its options, as ``--help`` tells them."""
    command = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(
        obj=command, ctx=typer.Context(command, info_name="ffinfra"), name="ffinfra", title="Commands"
    )
    lines = [line.rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def documented_forms() -> dict[str, type[BaseModel]]:
    """File name -> form, of everything that ``--json`` prints."""
    found: dict[str, type[BaseModel]] = {}
    for module in (schemas, dns_schemas, host_schemas, network_schemas, result):
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
    made = {DOCS / "COMMANDS.md": command_page()}
    made.update({DOCS / "schemas" / name: schema_page(form) for name, form in documented_forms().items()})
    return made


def main() -> None:
    """Write all pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
