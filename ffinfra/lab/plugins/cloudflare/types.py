"""The resource types and functions that this stand-in knows."""

from __future__ import annotations

from ffinfra.lab.plugins.cloudflare.cloudflare_type import CloudflareType
from ffinfra.lab.plugins.cloudflare.dns_record import DnsRecord
from ffinfra.lab.plugins.cloudflare.get_zone import GetZone
from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.cloudflare.zone import Zone
from ffinfra.provider.resource_type import Function


def resource_types(settings: CloudflareSettings) -> list[CloudflareType]:
    """All types, on one connection."""
    return [DnsRecord(settings), Zone(settings)]


def functions(settings: CloudflareSettings) -> list[Function]:
    """All functions, on the same connection."""
    return [GetZone(settings)]
