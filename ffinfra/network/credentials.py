"""Everything that expires: certificates, tokens, domains, TSIG keys, administrators' keys.

Row a of the founding story: the management interface's client certificates had expired, so nobody could start
the supernodes. What is declared here is judged by the gate and listed by ``ffinfra credentials``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from ffinfra.network.values import Label, Model, ShortText, matching

WARN_BEFORE = timedelta(days=30)
BLOCK_BEFORE = timedelta(days=7)


class CredentialKind(StrEnum):
    """What a credential is."""

    CLIENT_CERTIFICATE = "client-certificate"
    API_TOKEN = "api-token"
    DOMAIN = "domain"
    TSIG_KEY = "tsig-key"
    ADMINISTRATOR_KEY = "administrator-key"
    CONTRACT = "contract"


CREDENTIAL_FOLDER = "credentials"
"""The project's folder for certificates (never for private keys)."""

CertificatePath = Annotated[
    str,
    matching(
        rf"(?!.*\.\.)(?:{CREDENTIAL_FOLDER}|~?)/[A-Za-z0-9._/-]{{1,200}}\.pem",
        f"{CREDENTIAL_FOLDER}/NAME.pem in the project, or a path that begins with / or ~/ and ends in .pem",
    ),
]
"""Where a certificate lies."""


class TokenVariable(StrEnum):
    """An environment variable with an API token that can be asked about."""

    HETZNER = "HCLOUD_TOKEN"
    CLOUDFLARE = "CLOUDFLARE_API_TOKEN"


class Credential(Model):
    """One thing that ends on a day, or is to be renewed at an age."""

    name: Label
    kind: CredentialKind
    unlocks: ShortText
    """What nobody can do any more once it has expired."""
    owner: ShortText
    """Who renews it."""
    subject: ShortText | None = None
    """Which domain, TSIG key (by its name) or administrator it is of."""
    expires: date | None = None
    """Its last day, for what has one."""
    made: date | None = None
    """When it was made, for what is to be renewed at an age."""
    rotate_after: Annotated[int, Field(ge=1, le=3660)] | None = None
    """Days of that age."""
    certificate: CertificatePath | None = None
    """A PEM file. In the project, its own last day counts; elsewhere, `expires` notes the day as well."""
    variable: TokenVariable | None = None
    """Where an API token stands while ``ffinfra credentials --check-live`` runs."""

    @model_validator(mode="after")
    def _has_an_end(self) -> Credential:
        by_age = self.made is not None and self.rotate_after is not None
        ends = [self.expires is not None, by_age, self.in_project]
        if ends.count(True) != 1 or (self.made is None) != (self.rotate_after is None):
            raise ValueError(
                "allowed is one of: expires; made together with rotate_after;"
                f" certificate with a file in {CREDENTIAL_FOLDER}/"
            )
        return self

    @property
    def in_project(self) -> bool:
        """Whether its certificate is a file of the project."""
        return self.certificate is not None and self.certificate.startswith(f"{CREDENTIAL_FOLDER}/")

    @property
    def last_day(self) -> date:
        """The last day on which it serves; of a certificate in the project, once that was read."""
        if self.expires is not None:
            return self.expires
        assert self.made is not None
        assert self.rotate_after is not None
        return self.made + timedelta(days=self.rotate_after)


class Urgency(StrEnum):
    """How near the end is."""

    FINE = "fine"
    SOON = "soon"
    URGENT = "urgent"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CredentialState:
    """A credential on a day.

    Attributes:
        credential: which.
        days: until its last day; negative once that is past.
        urgency: what that means.
    """

    credential: Credential
    days: int
    urgency: Urgency


def credential_state(credential: Credential, today: date) -> CredentialState:
    """How a credential stands on a day."""
    left = credential.last_day - today
    if left < timedelta(0):
        urgency = Urgency.EXPIRED
    elif left <= BLOCK_BEFORE:
        urgency = Urgency.URGENT
    else:
        urgency = Urgency.SOON if left <= WARN_BEFORE else Urgency.FINE
    return CredentialState(credential, left.days, urgency)


def credential_states(credentials: tuple[Credential, ...], today: date) -> tuple[CredentialState, ...]:
    """All of them, the nearest end first."""
    states = [credential_state(one, today) for one in credentials]
    return tuple(sorted(states, key=lambda state: (state.days, state.credential.name)))
