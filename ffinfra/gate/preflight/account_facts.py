"""What a provider's account holds and may use, as its API says; or that nobody asked, or that it did not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Named(NamedTuple):
    """A thing at the provider: its kind, and its name there."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """A Hetzner project, as its API says.

    Attributes:
        server_types: type -> the locations where it is offered.
        images: the system images on offer.
        locations: all of them.
        names: what is there; of RRsets the zone, the name and the type.
        protected: what of it the API would refuse to delete.
    """

    server_types: Mapping[str, frozenset[str]]
    images: frozenset[str]
    locations: frozenset[str]
    names: frozenset[Named]
    protected: frozenset[Named]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nobody asked for it: the dated catalogue and the state must do."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It was asked, and did not answer in a form that is understood."""

    reason: str


class StandingRecord(NamedTuple):
    """A record at Cloudflare: its owner with the final dot, its type, and its value in canonical form."""

    owner: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class CloudflareZones:
    """The zones that a change concerns, as Cloudflare's API says.

    Attributes:
        names: identifier of a zone -> its name.
        records: identifier of a zone -> what stands in it.
        unseen: identifiers that it knows nothing of, or that the token may not see.
    """

    names: Mapping[str, str]
    records: Mapping[str, frozenset[StandingRecord]]
    unseen: frozenset[str] = frozenset()


AskedAccount = Account | NotAsked | NoAnswer
AskedCloudflare = CloudflareZones | NotAsked | NoAnswer
