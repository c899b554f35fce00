"""Asking Hetzner's API what a project holds, as far as a change is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

from ffinfra.dns.readiness.accounts import Api
from ffinfra.gate.carried_records import HETZNER_RRSET_TYPE
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.machines import SERVER
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import Account, AskedAccount, Named, NoAnswer
from ffinfra.gate.preflight.answering import BOUND_SECONDS, answered
from ffinfra.gate.tokens import HETZNER

_ENDPOINT: Final = "https://api.hetzner.cloud/v1"
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
    token = environment.get(HETZNER, "")
    if not token:
        return NoAnswer(f"{HETZNER} is not set")
    base = (environment.get("HCLOUD_ENDPOINT") or _ENDPOINT).rstrip("/")
    return answered(_asked(Api(base, HETZNER, token), changes))


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
    """Every page of a list."""
    found: list[dict[str, Any]] = []
    joint = "&" if "?" in path else "?"
    page: int | None = 1
    while page is not None:
        answer = await api.get(client, f"/{path}{joint}per_page=50&page={page}")
        found += answer[key]
        page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")
    return found


def _places(server_type: Mapping[str, Any]) -> frozenset[str]:
    """Where a type is offered and is not about to end (API reference, server types)."""
    return frozenset(
        str(one["name"]) for one in server_type.get("locations") or () if not one.get("deprecation")
    )
