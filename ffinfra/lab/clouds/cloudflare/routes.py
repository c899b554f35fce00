"""Which call goes to which handler; what is not here, the stand-in does not offer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.cloudflare import batch, record_calls, zones
from ffinfra.lab.clouds.front import RouteTable

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud

_RECORDS = "/zones/{zone}/dns_records"
_RECORD = "/zones/{zone}/dns_records/{record}"

_TABLE = {
    ("GET", "/zones"): zones.list_all,
    ("POST", "/zones"): zones.create,
    ("GET", "/zones/{zone}"): zones.get,
    ("PATCH", "/zones/{zone}"): zones.edit,
    ("DELETE", "/zones/{zone}"): zones.delete,
    ("GET", _RECORDS): record_calls.list_all,
    ("POST", _RECORDS): record_calls.create,
    ("POST", f"{_RECORDS}/batch"): batch.batch,
    ("GET", _RECORD): record_calls.get,
    ("PUT", _RECORD): record_calls.put,
    ("PATCH", _RECORD): record_calls.patch,
    ("DELETE", _RECORD): record_calls.delete,
}


def cloudflare_routes(cloud: CloudflareCloud) -> RouteTable:
    """All routes."""
    return {route: partial(handler, cloud) for route, handler in _TABLE.items()}
