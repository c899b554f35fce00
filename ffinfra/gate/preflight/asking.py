"""Asking Hetzner's API what a project holds, as far as a change is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

from ffinfra.dns.readiness.provider_api import Api, hetzner_api, hetzner_items
from ffinfra.gate.carried_records import HETZNER_RRSET_TYPE
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.machines import SERVER
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import Account, AskedAccount, Named
from ffinfra.gate.preflight.answering import BOUND_SECONDS, answered

_PATHS: Final = {
    "hcloud:index/server:Server": "servers",
    "hcloud:index/primaryIp:PrimaryIp": "primary_ips",
    "hcloud:index/sshKey:SshKey": "ssh_keys",
    "hcloud:index/firewall:Firewall": "firewalls",
    "hcloud:index/network:Network": "networks",
    "hcloud:index/placementGroup:PlacementGroup": "placement_groups",
    "hcloud:index/volume:Volume": "volumes",
    "hcloud:index/zone:Zone": "zones",
}
"""Kind -> the path of its list, and its key in the answer."""


def ask_hetzner(changes: ChangeSet, environment: Mapping[str, str]) -> AskedAccount:
    """What a project holds of the kinds that a change makes or removes, and what is on offer."""
    return answered(lambda: hetzner_api(environment), lambda api: _asked(api, changes))


async def _asked(api: Api, changes: ChangeSet) -> Account:
    concerned = [change for change in changes.effective if _makes_or_removes(change)]
    kinds = {change.type for change in concerned} & _PATHS.keys()
    zones = {
        str((change.new_inputs or {}).get("zone"))
        for change in concerned
        if change.type == HETZNER_RRSET_TYPE and change.operation is Operation.CREATE
    }
    names: set[Named] = set()
    protected: set[Named] = set()
    async with httpx.AsyncClient(timeout=BOUND_SECONDS) as client:
        for kind in sorted(kinds):
            for item in await _all(api, client, _PATHS[kind], _PATHS[kind]):
                names.add(Named(kind, str(item["name"])))
                if (item.get("protection") or {}).get("delete"):
                    protected.add(Named(kind, str(item["name"])))
        for zone in sorted(zones):
            names |= await _rrsets(api, client, zone)
        types = await _all(api, client, "server_types", "server_types") if SERVER in kinds else []
        images = await _all(api, client, "images?type=system", "images") if SERVER in kinds else []
        locations = await _all(api, client, "locations", "locations")
    return Account(
        server_types={str(one["name"]): _places(one) for one in types},
        images=frozenset(str(one["name"]) for one in images),
        locations=frozenset(str(one["name"]) for one in locations),
        names=frozenset(names),
        protected=frozenset(protected),
    )


def _makes_or_removes(change: Change) -> bool:
    return change.operation in (Operation.CREATE, Operation.UPDATE) or change.operation.removes


async def _rrsets(api: Api, client: httpx.AsyncClient, zone: str) -> set[Named]:
    """The RRsets of a zone; none of one that is not there yet."""
    try:
        found = await _all(api, client, f"zones/{zone}/rrsets", "rrsets")
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return set()
        raise
    return {Named(HETZNER_RRSET_TYPE, f"{zone} {one['name']} {one['type']}") for one in found}


async def _all(api: Api, client: httpx.AsyncClient, path: str, key: str) -> list[dict[str, Any]]:
    return [one async for one in hetzner_items(client, api, path, key)]


def _places(server_type: Mapping[str, Any]) -> frozenset[str]:
    """Where a type is offered and is not about to end (API reference, server types)."""
    return frozenset(
        str(one["name"]) for one in server_type.get("locations") or () if not one.get("deprecation")
    )
