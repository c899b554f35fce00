"""Previews as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined

from ffinfra.report.schemas import PreviewForm
from ffinfra.report.terminal import plain


def page(previews: Sequence[PreviewForm]) -> str:
    """The page; everything that comes from outside is escaped, and nothing in it runs."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["plain"] = plain
    source = resources.files("ffinfra.report").joinpath("templates", "preview.html.j2").read_text("utf-8")
    return environment.from_string(source).render(previews=previews)
