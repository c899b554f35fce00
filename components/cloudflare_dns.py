"""A DNS record at Cloudflare, declared without importing pulumi_cloudflare.

That package's modules for inputs and outputs hold the types of all its resources; even the one module of DNS records
imports them, which costs more than a second of every preview and update, in an emergency too. A resource is its type
token and its inputs, so this declares the official plugin's resource; a test compares both with the package's class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import pulumi

TYPE_TOKEN = "cloudflare:index/dnsRecord:DnsRecord"
PACKAGE = "pulumi-cloudflare"
"""Its version is the version of the plugin that the engine is to use."""


@dataclass(frozen=True, kw_only=True)
class DnsRecordArgs:
    """The inputs that we use (https://www.pulumi.com/registry/packages/cloudflare/api-docs/dnsrecord/).

    Attributes:
        zone_id: of the zone that holds the record.
        name: the owner name, in full, without the final dot.
        type: the RR type.
        ttl: seconds.
        content: the record's data in Cloudflare's form, for types that it takes as text.
        priority: of MX, SRV and URI; the API gives it back at the top level.
        data: the record's data in parts, for types that it takes apart, such as DS; names as in its API.
        proxied: whether Cloudflare answers with addresses of its own.
    """

    zone_id: str
    name: str
    type: str
    ttl: int
    content: str | None = None
    priority: int | None = None
    data: Mapping[str, str | int | float] | None = None
    proxied: bool = False


class DnsRecord(pulumi.CustomResource):
    """One record of a zone at Cloudflare."""

    def __init__(self, resource_name: str, args: DnsRecordArgs, opts: pulumi.ResourceOptions) -> None:
        """Declare it."""
        inputs = {
            "content": args.content,
            "data": None
            if args.data is None
            else {_property(name): part for name, part in args.data.items()},
            "name": args.name,
            "priority": args.priority,
            "proxied": args.proxied,
            "ttl": args.ttl,
            "type": args.type,
            "zoneId": args.zone_id,
        }
        plugin = pulumi.ResourceOptions(version=version(PACKAGE))
        super().__init__(TYPE_TOKEN, resource_name, inputs, pulumi.ResourceOptions.merge(plugin, opts))


def _property(name: str) -> str:
    """The engine's name of a property: ``key_tag`` is ``keyTag``."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
