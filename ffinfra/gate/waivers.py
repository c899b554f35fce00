"""``waivers.yaml``: findings that the community knows of and bears, each for a time and with an owner."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ffinfra.network.values import Label, Model, ShortText, matching
from ffinfra.validation import validated
from ffinfra.yaml_document import scan_document

WAIVERS_FILE = "waivers.yaml"
LEAST_LETTERS = 4
"""A pattern with fewer characters that are no ``*`` would hit what nobody thought of."""
LONGEST = timedelta(days=366)
"""Further ahead nobody knows who will answer for it."""

ResourcePattern = Annotated[
    str,
    matching(r"[^\x00-\x1f\x7f]{1,300}", "a URN or a place such as supernodes.sn5; * stands for anything"),
]


class Waiver(Model):
    """One waiver: findings of one rule on some resources weigh nothing until a day."""

    rule: Label
    resources: ResourcePattern
    """Each resource of the finding must fit; ``*`` stands for any text."""
    reason: Annotated[ShortText, Field(min_length=10)]
    owner: Label
    """Who answers for it."""
    expires: date
    """Its last day."""

    def fits(self, resource: str) -> bool:
        """Whether a resource is meant."""
        pattern = ".*".join(re.escape(part) for part in self.resources.split("*"))
        return re.fullmatch(pattern, resource, re.DOTALL) is not None

    @property
    def too_broad(self) -> bool:
        """Whether the pattern would hit nearly anything."""
        return len(self.resources.replace("*", "")) < LEAST_LETTERS

    def too_long(self, today: date) -> bool:
        """Whether it would last longer than a year."""
        return self.expires > today + LONGEST

    def expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.expires < today

    def __str__(self) -> str:
        return f"{self.rule} on {self.resources}"


class _Waivers(Model):
    waivers: tuple[Waiver, ...]


def read_waivers(project: Path) -> tuple[Waiver, ...]:
    """The waivers of a project; without the file there are none.

    Raises:
        InvalidInputError: with every mistake in the file.
    """
    file = project / WAIVERS_FILE
    if not file.exists():
        return ()
    return validated(_Waivers, scan_document(file, WAIVERS_FILE)).waivers
