"""Zones of the account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.cloudflare.envelope import page, read_body, success
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError, no_such_path, no_such_zone, not_allowed
from ffinfra.lab.clouds.cloudflare.records import Records
from ffinfra.lab.clouds.host_names import is_registrable, is_zone_name

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.cloud import CloudflareCloud

_ID_LENGTH = 32
_DEFAULT_PAGE = 20
_LARGEST_PAGE = 50


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of type ``full``; a new one stays ``pending``, because nobody checks its delegation."""

    id: str
    name: str
    status: Literal["active", "pending"]
    paused: bool
    records: Records
    serial: int
    created_on: str
    modified_on: str

    def shape(self, cloud: CloudflareCloud) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "paused": self.paused,
            "type": "full",
            "development_mode": 0,
            "name_servers": [nameserver.name for nameserver in cloud.settings.nameservers],
            "original_name_servers": None,
            "original_registrar": None,
            "original_dnshost": None,
            "created_on": self.created_on,
            "modified_on": self.modified_on,
            "activated_on": self.created_on if self.status == "active" else None,
            "account": {"id": cloud.settings.account_id, "name": cloud.settings.account_name},
            "owner": {"id": None, "type": "user", "email": None},
            "plan": {
                "id": "free",
                "name": "Free Website",
                "price": 0,
                "currency": "USD",
                "legacy_id": "free",
            },
            "meta": {"step": 0, "custom_certificate_quota": 0, "page_rule_quota": 3},
            "permissions": [],
        }


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Account(_Body):
    id: str | None = None


class _Create(_Body):
    name: str
    account: _Account
    type: Literal["full"] = "full"
    paused: bool = False


class _Edit(_Body):
    paused: bool | None = None
    type: Literal["full"] | None = None


def zone_of(cloud: CloudflareCloud, call: Call) -> Zone:
    """The zone of a call.

    Raises:
        CloudflareError: the id has a form that cannot be, or there is no such zone.
    """
    zone_id = call.params["zone"]
    if len(zone_id) != _ID_LENGTH:
        raise no_such_path(call.path)
    found = cloud.zones.get(zone_id)
    if found is None:
        raise no_such_zone()
    return found


async def create(cloud: CloudflareCloud, call: Call) -> Answer:
    """POST /zones."""
    body = read_body(call, _Create)
    name = body.name.lower().removesuffix(".")
    if body.account.id != cloud.settings.account_id:
        raise not_allowed()
    if not is_zone_name(name):
        raise CloudflareError(1105, f"{body.name} is not a valid domain name")
    if not is_registrable(name, cloud.settings.public_suffixes):
        raise CloudflareError(1116, "Please provide the root domain and not any subdomains.")
    if any(zone.name == name for zone in cloud.zones.values()):
        raise CloudflareError(1061, f"{name} already exists")
    now = cloud.now()
    zone = Zone(cloud.new_id(), name, "pending", body.paused, {}, 0, now, now)
    await cloud.change(zone)
    return success(cloud.zones[zone.id].shape(cloud))


async def list_all(cloud: CloudflareCloud, call: Call) -> Answer:
    """GET /zones, by name, status and account; several conditions must all hold."""
    wanted = {field: call.wanted(field) for field in ("name", "status", "account.id")}
    chosen = [
        zone
        for zone in cloud.zones.values()
        if wanted["name"] in (None, zone.name)
        and wanted["status"] in (None, zone.status)
        and wanted["account.id"] in (None, cloud.settings.account_id)
    ]
    return page(
        call, chosen, lambda zone: zone.shape(cloud), default_size=_DEFAULT_PAGE, largest=_LARGEST_PAGE
    )


async def get(cloud: CloudflareCloud, call: Call) -> Answer:
    """GET /zones/{id}."""
    return success(zone_of(cloud, call).shape(cloud))


async def edit(cloud: CloudflareCloud, call: Call) -> Answer:
    """PATCH /zones/{id}: ``paused`` can change, which for DNS alone makes no difference."""
    zone, body = zone_of(cloud, call), read_body(call, _Edit)
    paused = zone.paused if body.paused is None else body.paused
    cloud.zones[zone.id] = replace(zone, paused=paused, modified_on=cloud.now())
    return success(cloud.zones[zone.id].shape(cloud))


async def delete(cloud: CloudflareCloud, call: Call) -> Answer:
    """DELETE /zones/{id}; its records go with it."""
    zone = zone_of(cloud, call)
    await cloud.remove(zone)
    return success({"id": zone.id})
