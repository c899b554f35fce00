"""Previews as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from ffinfra.gate.findings import GLASS_BROKEN
from ffinfra.report.handover import APART, free_line
from ffinfra.report.plain import plain
from ffinfra.report.preview_texts import differing
from ffinfra.report.property_lines import line_by_line
from ffinfra.report.schemas import PreviewForm


def page(previews: Sequence[PreviewForm]) -> str:
    """The page; everything that comes from outside is escaped, and nothing in it runs."""
    return _template().render(previews=previews, apart=APART, free_line=free_line, glass_broken=GLASS_BROKEN)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"plain": plain, "differing": differing, "line_by_line": line_by_line}
    source = resources.files("ffinfra.report").joinpath("templates", "preview.html.j2").read_text("utf-8")
    return environment.from_string(source)
