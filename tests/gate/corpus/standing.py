"""What stands at the lab's Hetzner before a preview that reads it: imports, and resources that are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.gate.corpus.resources import Declared
from tests.lab.plugins.clouds import Clouds, running


@dataclass(frozen=True)
class Standing:
    """One thing that somebody made there by hand.

    Attributes:
        path: of its list in the API.
        body: what it is made from.
    """

    path: str
    body: Mapping[str, Any]


@contextmanager
def world(folder: Path, standing: Sequence[Standing]) -> Iterator[tuple[Mapping[str, str], Sequence[str]]]:
    """An API that holds all of it: the variables that lead there, and the identifiers in the same order."""
    folder.mkdir()
    with running(folder) as clouds:
        yield clouds.variables, [_identifier(clouds, one) for one in standing]


def with_identifiers(resources: Sequence[Declared], identifiers: Sequence[str]) -> tuple[Declared, ...]:
    """Resources whose ``{0}`` is the identifier of the first thing that stands."""
    return tuple(
        replace(one, imported=one.imported.format(*identifiers), looked_up=one.looked_up.format(*identifiers))
        for one in resources
    )


def _identifier(clouds: Clouds, one: Standing) -> str:
    kind = one.path.rsplit("/", 1)[-1].removesuffix("s")
    return str(clouds.call("POST", one.path, one.body)[kind]["id"])
