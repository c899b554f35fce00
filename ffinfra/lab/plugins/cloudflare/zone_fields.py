"""The properties of a zone (terraform-provider-cloudflare 5, internal/services/zone/schema.go)."""

from __future__ import annotations

from typing import Final

from ffinfra.lab.plugins.fields import Field, Fields, Kind


def _told(kind: Kind = Kind.TEXT) -> Field:
    return Field(kind=kind, output_only=True)


def _texts() -> Field:
    return Field(kind=Kind.LIST, element=Field(), output_only=True)


def _object(**members: Kind) -> Field:
    fields = {key: _told(kind) for key, kind in members.items()}
    return Field(kind=Kind.OBJECT, members=fields, output_only=True)


FIELDS: Final[Fields] = {
    "name": Field(required=True, replaces=True),
    "account": Field(kind=Kind.OBJECT, members={"id": Field()}, required=True, replaces=True),
    "paused": Field(kind=Kind.TRUTH, default=False),
    "type": Field(default="full", allowed=("full", "partial", "secondary", "internal")),
    "vanityNameServers": Field(
        kind=Kind.LIST,
        element=Field(),
        computed=True,
        unsupported="the lab has no paid plans, which these nameservers need",
    ),
    "activatedOn": _told(),
    "cnameSuffix": _told(),
    "createdOn": _told(),
    "developmentMode": _told(Kind.NUMBER),
    "modifiedOn": _told(),
    "nameServers": _texts(),
    "originalDnshost": _told(),
    "originalNameServers": _texts(),
    "originalRegistrar": _told(),
    "permissions": _texts(),
    "status": _told(),
    "verificationKey": _told(),
    "meta": _object(
        cdnOnly=Kind.TRUTH,
        customCertificateQuota=Kind.WHOLE,
        dnsOnly=Kind.TRUTH,
        foundationDns=Kind.TRUTH,
        pageRuleQuota=Kind.WHOLE,
        phishingDetected=Kind.TRUTH,
        step=Kind.WHOLE,
    ),
    "owner": _object(id=Kind.TEXT, name=Kind.TEXT, type=Kind.TEXT),
    "plan": _object(
        canSubscribe=Kind.TRUTH,
        currency=Kind.TEXT,
        externallyManaged=Kind.TRUTH,
        frequency=Kind.TEXT,
        id=Kind.TEXT,
        isSubscribed=Kind.TRUTH,
        legacyDiscount=Kind.TRUTH,
        legacyId=Kind.TEXT,
        name=Kind.TEXT,
        price=Kind.NUMBER,
    ),
    "tenant": _object(id=Kind.TEXT, name=Kind.TEXT),
    "tenantUnit": _object(id=Kind.TEXT),
}
