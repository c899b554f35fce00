"""The parent zone and how it is changed: a provider's API, RFC 2136, or a person at a registrar's page."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from ffinfra.dns.delegation.servers import Address
from ffinfra.network.values import DomainName, Label, Model, Port, ShortText


class ParentBackend(StrEnum):
    """How the parent zone is changed."""

    CLOUDFLARE = "cloudflare"
    HETZNER = "hetzner"
    RFC2136 = "rfc2136"
    MANUAL = "manual"


CloudflareId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The provider's identifier of a zone: configuration, so that a preview asks no API."""


class AnyParent(Model):
    """What every parent has, whatever changes it."""

    zone: DomainName
    """The zone in which ours are delegated."""
    ttl: Annotated[int, Field(ge=60, le=86400)] = 300
    """Seconds; of the NS, glue and DS records; Cloudflare and Hetzner take no less than a minute."""

    @property
    def origin(self) -> str:
        """The zone's name with the final dot."""
        return f"{self.zone}."


class CloudflareParent(AnyParent):
    """The parent zone is at Cloudflare."""

    backend: Literal[ParentBackend.CLOUDFLARE]
    zone_id: CloudflareId


class HetznerParent(AnyParent):
    """The parent zone is at Hetzner DNS."""

    backend: Literal[ParentBackend.HETZNER]


class UpdatedParent(AnyParent):
    """The parent zone's primary takes dynamic updates (RFC 2136) from us."""

    ttl: Annotated[int, Field(ge=1, le=86400)] = 300
    """Seconds; of the NS, glue and DS records. No API sets a lower bound here."""
    backend: Literal[ParentBackend.RFC2136]
    server: Address
    """The parent's primary."""
    port: Port = 53
    key: Label
    """The name of the TSIG key (hmac-sha256); its secret stands under this name in ffinfra:tsig."""


class ManualParent(AnyParent):
    """The parent is changed by a person: a registrar without an API."""

    backend: Literal[ParentBackend.MANUAL]
    page: ShortText = ""
    """Where that is done, such as the address of the registrar's page."""


Parent = Annotated[
    CloudflareParent | HetznerParent | UpdatedParent | ManualParent, Field(discriminator="backend")
]
