"""What the rules look at: the change set, and the declarations as they will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ffinfra.dns.delegation.modes import Mode, Trust
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.dns_view import DnsView, dns_view
from ffinfra.stack import Declarations, StackKind


class TokenShape(StrEnum):
    """What can be said of an API token without asking the API."""

    FITTING = "fitting"
    MISSING = "missing"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class GateContext:
    """Everything a rule may use.

    Attributes:
        changes: the change set.
        now: the time of the evaluation, with zone.
        declarations: None where a digest is judged without its project.
        kind: None likewise.
        mode: the failover stack's mode; None on other stacks.
        trust: whether the parent has the DS of zones with an unsigned fallback.
        tokens: environment variable -> what can be said of the token in it.
    """

    changes: ChangeSet
    now: datetime
    declarations: Declarations | None = None
    kind: StackKind | None = None
    mode: Mode | None = None
    trust: Trust = Trust.PUBLISHED
    tokens: Mapping[str, TokenShape] = field(default_factory=dict)
    dns: DnsView = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dns", dns_view(self.changes))
