"""All test cases, one module each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from ffinfra.dns.check import cases
from ffinfra.dns.check.case import Case
from ffinfra.problems import InvalidInputError, Place, Problem


@cache
def registry() -> Mapping[str, Case]:
    """Every test case by id, sorted; each module of the package ``cases`` defines one ``CASE``."""
    names = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))
    found = [importlib.import_module(f"{cases.__name__}.{name}").CASE for name in names]
    return MappingProxyType({case.id: case for case in found})


def chosen(ids: Iterable[str] | None) -> tuple[Case, ...]:
    """The test cases with these ids, in the order given; all of them for None.

    Raises:
        InvalidInputError: an id is unknown.
    """
    known = registry()
    if ids is None:
        return tuple(known.values())
    wanted = [one.lower() for one in ids]
    problems = [
        Problem(place=Place(one), what=f"unknown test case {one!r}", way_out=f"Known are {', '.join(known)}")
        for one in wanted
        if one not in known
    ]
    if problems:
        raise InvalidInputError(problems)
    return tuple(known[one] for one in wanted)
