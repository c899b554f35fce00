"""What the rules look at: the change set, and the declarations as they will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.dns_view import DnsView, dns_view
from ffinfra.gate.earlier import EarlierDeclarations, NothingYet
from ffinfra.gate.preflight.account_facts import AskedAccount, AskedCloudflare, NotAsked
from ffinfra.stack_kind import StackKind

if TYPE_CHECKING:  # the model, which a digest is judged without where its project is not here
    from ffinfra.gate.overrides import OpenOverride
    from ffinfra.gate.rules.rule import Rule
    from ffinfra.gate.waivers import Waiver
    from ffinfra.stack import Declarations


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
        waivers: findings that are borne.
        waivable: the rules that waivers may name.
        own_rules: the community's own.
        own_rules_broken: why they could not be read; empty when they could.
        overrides: rules that were broken on purpose, as long as nobody has acknowledged it.
        earlier: kind of stack -> what was declared when it was changed last.
        account: what Hetzner's API says of the project.
        cloudflare: what Cloudflare's API says of the zones.
    """

    changes: ChangeSet
    now: datetime
    declarations: Declarations | None = None
    kind: StackKind | None = None
    mode: Mode | None = None
    trust: Trust = Trust.PUBLISHED
    tokens: Mapping[str, TokenShape] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    waivable: frozenset[str] = frozenset()
    own_rules: tuple[Rule, ...] = ()
    own_rules_broken: str = ""
    overrides: tuple[OpenOverride, ...] = ()
    earlier: Mapping[StackKind, EarlierDeclarations] = field(default_factory=dict)
    account: AskedAccount = field(default_factory=NotAsked)
    cloudflare: AskedCloudflare = field(default_factory=NotAsked)
    dns: DnsView = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dns", dns_view(self.changes))

    def earlier_of(self, kind: StackKind) -> EarlierDeclarations:
        """What was declared when a stack was changed last."""
        return self.earlier.get(kind, NothingYet())
