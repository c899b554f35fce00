"""A pair of declarations that do not fit together, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

Path = tuple[str | int, ...]
"""A place inside the declarations, such as ("hosts", 1, "cores")."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Declarations that do not fit together."""

    path: Path
    what: str
    way_out: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Names of declarations that could not be read for mistakes of their own."""

    hosters: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()


def repeated(values: Iterable[tuple[Path, T]], what: Callable[[T, str], str]) -> Iterator[Mismatch]:
    """A mismatch for each value that stood before; ``what`` gets the value and the first one's place."""
    seen: dict[T, Path] = {}
    for path, value in values:
        if value in seen:
            yield Mismatch(path, what(value, shown_path(seen[value])), "Each needs one of its own")
        else:
            seen[value] = path


def shown_path(path: Path) -> str:
    """A path as people write it: ``hosts[1].cores``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
