"""``ffinfra gate report``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from ffinfra.exit_codes import ExitCode
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.preview_junit import junit
from ffinfra.report.preview_markdown import comment
from ffinfra.report.preview_page import page
from ffinfra.report.preview_sarif import sarif
from ffinfra.report.schemas import PreviewForm

Render = Callable[[Sequence[PreviewForm]], str]


def report_command(
    files: Annotated[list[Path], typer.Argument(help="What ffinfra preview --json printed, a file a stack.")],
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write a pull-request comment over all stacks.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page.")] = None,
    sarif_file: Annotated[Path | None, typer.Option("--sarif", help="Write SARIF 2.1.0.")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
) -> None:
    """Turn previews into reports; without an option, the comment on stdout. Exit 0: nothing blocks; 3: blocked."""
    previews = [_read(file) for file in files]
    wanted: list[tuple[Path | None, Render]] = [
        (markdown, comment), (html, page), (sarif_file, sarif), (junit_file, junit),
    ]  # fmt: skip
    for file, render in wanted:
        if file is not None:
            _write(file, render(previews))
    if not any(file for file, _ in wanted):
        typer.echo(comment(previews), nl=False)
    raise typer.Exit(ExitCode.FINDING if any(one.blocked for one in previews) else ExitCode.OK)


def _read(file: Path) -> PreviewForm:
    try:
        return PreviewForm.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        what = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else error
        raise InvalidInputError(
            [
                Problem(
                    place=Place(str(file)),
                    what=f"is no preview ({what})",
                    way_out="Make it with: ffinfra preview --json > FILE",
                )
            ]
        ) from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise OperationalError(f"{file} cannot be written: {error}", "Name another file") from error
