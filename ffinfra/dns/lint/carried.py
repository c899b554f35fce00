"""What the backends that a zone is to be served by cannot carry."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.backends.refusals import refusals
from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule


def _refused(context: Context) -> Iterator[Hit]:
    for backend in context.linted.backends:
        for refusal in refusals(context.zone, backend):
            owner, rdtype = refusal.key if refusal.key is not None else (context.zone.origin, None)
            yield Hit(owner, rdtype, refusal.what, refusal.way_out)


RULES = (
    Rule(
        "backend-cannot-carry",
        Level.ERROR,
        "a record cannot be carried by a backend in use",
        "ffinfra.dns.backends.limits, with source and date for each backend",
        _refused,
    ),
)
