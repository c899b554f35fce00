"""Declarations that are each valid alone but do not fit together, and where they stand.

The checks also run on models that were read in part, so that one run tells every mistake: a check passes over
what could not be read (``UnreadError``) and goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ffinfra.network.values import Model, UnreadError
from ffinfra.problems import KeyPath, path_text

T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Declarations that do not fit together.

    Attributes:
        path: the place inside the declarations of the one to change.
        what: what does not fit.
        way_out: what to do.
    """

    path: KeyPath
    what: str
    way_out: str


def run_checks(checks: Iterable[Callable[[M], Iterable[Mismatch]]], model: M) -> Iterator[Mismatch]:
    """What all checks find, in their order."""
    for check in checks:
        yield from _readable(check, model)


def each(items: Iterable[T], check: Callable[[int, T], Iterable[Mismatch]]) -> Iterator[Mismatch]:
    """What a check finds in each of some items, of which some may have been read in part."""
    for index, item in enumerate(items):
        yield from _readable(check, index, item)


def _readable(look: Callable[..., Iterable[Mismatch]], *at: object) -> tuple[Mismatch, ...]:
    try:
        return tuple(look(*at))
    except UnreadError:
        return ()


def found(model: Model, paths: Iterable[KeyPath]) -> Iterator[tuple[KeyPath, Any]]:
    """The values at paths; those that are not given, or could not be read, are left out."""
    for path in paths:
        value: Any = model
        try:
            for part in path:
                if value is None:
                    break
                value = value[part] if isinstance(part, int) else getattr(value, part)
        except UnreadError:
            continue
        if value is not None:
            yield path, value


def repeated(values: Iterable[tuple[KeyPath, T]], what: Callable[[T, str], str]) -> Iterator[Mismatch]:
    """A mismatch for each value that stood before; ``what`` gets the value and the first one's place."""
    seen: dict[T, KeyPath] = {}
    for path, value in values:
        if value in seen:
            yield Mismatch(path, what(value, path_text(seen[value])), "Each needs one of its own")
        else:
            seen[value] = path
