"""What ``ffinfra survive | credentials | costs`` print with ``--json``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ffinfra.network.costs import HostCost
from ffinfra.network.credentials import CredentialKind, CredentialState, Urgency
from ffinfra.network.live_credentials import LiveCheck, Liveness
from ffinfra.network.survival import Service
from ffinfra.report.form import Form


class ServiceForm(Form):
    """A service and what it hangs on."""

    name: str
    left: tuple[str, ...]
    """The alternatives that are left."""
    cut_sets: tuple[tuple[str, ...], ...]
    """Minimal sets of one or two failure domains whose loss ends it; one empty set: it is lost already."""

    @classmethod
    def of(cls, service: Service) -> ServiceForm:
        """From the model's service."""
        return cls(
            name=service.name,
            left=tuple(one.name for one in service.alternatives),
            cut_sets=tuple(tuple(str(domain) for domain in cut) for cut in service.cut_sets()),
        )


class SurviveForm(Form):
    """``ffinfra survive --json``."""

    schema_name: Literal["ffinfra.survive/1"] = Field(default="ffinfra.survive/1", alias="schema")
    lost: tuple[str, ...]
    services: tuple[ServiceForm, ...]
    supernodes_left: int
    supernodes_needed: int
    short_without: tuple[str, ...]
    """Single domains without which fewer supernodes would be left than the nodes need."""


class CredentialForm(Form):
    """A credential on a day."""

    name: str
    kind: CredentialKind
    unlocks: str
    owner: str
    last_day: date
    days: int
    urgency: Urgency
    live: Liveness | None
    """None: the world was not asked."""
    live_reason: str

    @classmethod
    def of(cls, state: CredentialState, live: LiveCheck | None) -> CredentialForm:
        """From the model's state and, if it was asked for, the world's answer."""
        one = state.credential
        return cls(
            name=one.name,
            kind=one.kind,
            unlocks=one.unlocks,
            owner=one.owner,
            last_day=one.last_day,
            days=state.days,
            urgency=state.urgency,
            live=live.liveness if live else None,
            live_reason=live.reason if live else "not asked",
        )


class CredentialsForm(Form):
    """``ffinfra credentials --json``."""

    schema_name: Literal["ffinfra.credentials/1"] = Field(default="ffinfra.credentials/1", alias="schema")
    credentials: tuple[CredentialForm, ...]
    without_a_day: tuple[str, ...] = ()
    """What is in use, expires or ages, and is not listed."""


class HostCostForm(Form):
    """What one host costs."""

    host: str
    monthly: str
    """EUR a month, with VAT."""
    explained: str

    @classmethod
    def of(cls, cost: HostCost) -> HostCostForm:
        """From the model's cost."""
        return cls(host=cost.host, monthly=str(cost.monthly), explained=cost.explained)


class CostsForm(Form):
    """``ffinfra costs --json``."""

    schema_name: Literal["ffinfra.costs/1"] = Field(default="ffinfra.costs/1", alias="schema")
    hosts: tuple[HostCostForm, ...]
    total: str
    budget: str
