"""``cloudflare:index/getZone:getZone``: a zone that somebody else made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ffinfra.lab.plugins.checking import refusals
from ffinfra.lab.plugins.cloudflare.api import Api
from ffinfra.lab.plugins.cloudflare.cloudflare_type import from_api
from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.cloudflare.zone_fields import FIELDS
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import own
from ffinfra.provider.properties import Properties, Value
from ffinfra.provider.resource_type import Function, Refusal

ARGUMENTS: Final[Fields] = {
    "zoneId": Field(),
    "filter": Field(
        kind=Kind.OBJECT,
        members={
            "account": Field(kind=Kind.OBJECT, members={"id": Field(), "name": Field()}),
            "direction": Field(allowed=("asc", "desc")),
            "match": Field(allowed=("any", "all")),
            "name": Field(),
            "order": Field(allowed=("name", "status", "account.id", "account.name", "plan.id")),
            "status": Field(allowed=("initializing", "pending", "active", "moved")),
            "types": Field(
                kind=Kind.LIST, element=Field(allowed=("full", "partial", "secondary", "internal"))
            ),
        },
    ),
}

_ACCOUNT: Final[Fields] = {"account": Field(kind=Kind.OBJECT, members={"id": Field(), "name": Field()})}


class GetZone(Function):
    """One GET by id; by a filter a search first, which has to find exactly one."""

    token = "cloudflare:index/getZone:getZone"

    def __init__(self, settings: CloudflareSettings) -> None:
        self._settings = settings

    def call(self, arguments: Properties) -> Properties | Sequence[Refusal]:
        """Answer with the zone."""
        given = own(arguments.values)
        refused = list(refusals(ARGUMENTS, given))
        if not refused and ("zoneId" in given) == ("filter" in given):
            refused.append(Refusal("zoneId", "exactly one of zoneId and filter must be given"))
        if refused:
            return refused
        api = self._settings.api
        zone_id = given.get("zoneId") or _found(api, given["filter"])
        answer = api.get(f"/zones/{zone_id}")
        told = from_api({**FIELDS, **_ACCOUNT}, answer)
        return Properties({**given, **told, "id": zone_id, "zoneId": zone_id})


def _found(api: Api, wanted: Mapping[str, Value]) -> str:
    query = {"type" if key == "types" else key: value for key, value in own(wanted).items()}
    account: dict[str, Any] = query.pop("account", {})
    zones = api.get("/zones", query | {f"account.{key}": value for key, value in own(account).items()})
    if len(zones) != 1:
        raise RemoteError(f"failed to find exactly one result: {len(zones)} found")
    return str(zones[0]["id"])
