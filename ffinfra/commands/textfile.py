"""Files that a command writes for other programs beside what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ffinfra.problems import OperationalError
from ffinfra.report.prometheus import write_textfile

TextfileOption = Annotated[
    Path | None, typer.Option("--textfile", help="A .prom file for Prometheus' node exporter.")
]


def keep_for_others(file: Path, text: str) -> None:
    """Replace a file as a whole.

    Raises:
        OperationalError: it cannot be written.
    """
    try:
        write_textfile(file, text)
    except OSError as error:
        raise OperationalError(
            f"{file} cannot be written: {error}", "Name a file in a folder that may be written to"
        ) from error
