"""A document as one HTML page that needs nothing beside it and prints well."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, StrictUndefined

from ffinfra.report.document import Document
from ffinfra.report.plain import plain


def page(document: Document) -> str:
    """The page; every text in it is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["plain"] = plain
    source = resources.files("ffinfra.report").joinpath("templates", "document.html.j2").read_text("utf-8")
    blocks = [(type(block).__name__, block) for block in document.blocks]
    return environment.from_string(source).render(title=document.title, blocks=blocks)
