"""``ffinfra runbook``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.failover.proofs import read_proofs
from ffinfra.problems import OperationalError
from ffinfra.report.document import markdown
from ffinfra.report.document_page import page
from ffinfra.report.runbook.content import runbook
from ffinfra.stack import read_declarations


def runbook_command(
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page to print into this file instead.")
    ] = None,
    project: ProjectOption = None,
) -> None:
    """Print the emergency of this very network without this tool, as Markdown: zone by zone, what to do where."""
    folder = the_project(project)
    document = runbook(read_declarations(folder), read_proofs(folder), datetime.now(UTC))
    if html is None:
        sys.stdout.write(markdown(document))
        return
    try:
        html.write_text(page(document), "utf-8")
    except OSError as error:
        raise OperationalError(
            f"{html} cannot be written: {error}", "Name a file in a folder that may be written to"
        ) from error
    talk().print(f"wrote {html}: open it in a browser and print it", markup=False)
