"""Whether something whose creation was broken off exists at the provider, found by what is unique there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from ffinfra.gate.state import PendingOperation
from ffinfra.network.api_endpoints import cloudflare_endpoint, hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError
from ffinfra.urn import type_of

Finder = Callable[[Mapping[str, Any], Mapping[str, str]], str | None]

_HETZNER_BY_NAME = {
    "hcloud:index/server:Server": "servers",
    "hcloud:index/primaryIp:PrimaryIp": "primary_ips",
    "hcloud:index/sshKey:SshKey": "ssh_keys",
    "hcloud:index/firewall:Firewall": "firewalls",
    "hcloud:index/placementGroup:PlacementGroup": "placement_groups",
    "hcloud:index/network:Network": "networks",
    "hcloud:index/volume:Volume": "volumes",
}
"""Kinds that the Hetzner Cloud API lists by their unique name."""

_REPEATABLE = frozenset(
    {
        "hcloud:index/rdns:Rdns",
        "freifunk:index:ZoneContent",
        "freifunk:index:HostConfig",
        "freifunk:index:GateRecord",
        "freifunk:index:UpdatedDelegation",
        "freifunk:index:ManualDelegation",
    }
)
"""Kinds whose creation may simply be done again: they set a value that is the same the second time, or take over what
is there as wanted and refuse what is not."""


def is_settled(kind: str) -> bool:
    """Whether a broken-off creation of a kind is settled without a person, by its type as in URNs."""
    return kind in _REPEATABLE or kind in _FINDERS


def existing_id(operation: PendingOperation, environment: Mapping[str, str] = os.environ) -> str | None:
    """The provider's identifier of what a broken-off creation may have made; None if it is not there.

    Raises:
        OperationalError: the kind is not known here, or the API does not answer: a person must look.
    """
    kind = type_of(operation.urn)
    if kind in _REPEATABLE:
        return None
    finder = _FINDERS.get(kind)
    if finder is None:
        raise OperationalError(
            f"{operation.urn} was being created when the last run broke off, and nobody saw how it ended",
            "Look at the provider; then pulumi refresh --import-pending-creates or --clear-pending-creates",
        )
    try:
        return finder(operation.inputs, environment)
    except (httpx.HTTPError, KeyError, IndexError, ValueError) as error:
        raise OperationalError(
            f"whether {operation.urn} exists cannot be asked ({error})",
            "Check the token and the provider, try again",
        ) from error


def _named(resource: str) -> Finder:
    def find(inputs: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
        found = _hetzner(environment, f"/{resource}", {"name": inputs["name"]})[resource]
        return str(found[0]["id"]) if found else None

    return find


def _hetzner_zone(inputs: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
    found = _hetzner(environment, "/zones", {"name": inputs["name"]})["zones"]
    return str(found[0]["name"]) if found else None


def _hetzner_rrset(inputs: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
    wanted = {"name": inputs["name"], "type": inputs["type"]}
    found = _hetzner(environment, f"/zones/{inputs['zone']}/rrsets", wanted)["rrsets"]
    return f"{inputs['zone']}/{inputs['name']}/{inputs['type']}" if found else None


def _cloudflare_record(inputs: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
    base = cloudflare_endpoint(environment)
    wanted = {"type": inputs["type"], "name.exact": inputs["name"]}
    address = f"{base}/zones/{inputs['zoneId']}/dns_records"
    for record in _get(address, api_token(environment, "CLOUDFLARE_API_TOKEN"), wanted)["result"]:
        if _is_declared(record, inputs):
            return f"{inputs['zoneId']}/{record['id']}"
    return None


def _is_declared(record: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether a record at Cloudflare has the value of the inputs: a text, or parts for types such as DS."""
    if inputs.get("content") is not None:
        return bool(record.get("content") == inputs["content"])
    there = {_plain(name): str(value).casefold() for name, value in (record.get("data") or {}).items()}
    wanted = {_plain(name): str(value).casefold() for name, value in (inputs.get("data") or {}).items()}
    return bool(wanted) and wanted.items() <= there.items()


def _plain(name: str) -> str:
    """A part's name as the API (``key_tag``) and as the engine writes it (``keyTag``)."""
    return name.replace("_", "").casefold()


def _hetzner(environment: Mapping[str, str], path: str, wanted: Mapping[str, str]) -> Any:  # noqa: ANN401
    return _get(f"{hetzner_endpoint(environment)}{path}", api_token(environment, "HCLOUD_TOKEN"), wanted)


def _get(address: str, token: str, wanted: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.HTTPTransport(retries=2)
    with httpx.Client(timeout=20, transport=transport) as client:
        return client.get(address, params=dict(wanted), headers=headers).raise_for_status().json()


_FINDERS: Mapping[str, Finder] = {
    **{kind: _named(resource) for kind, resource in _HETZNER_BY_NAME.items()},
    "hcloud:index/zone:Zone": _hetzner_zone,
    "hcloud:index/zoneRrset:ZoneRrset": _hetzner_rrset,
    "cloudflare:index/dnsRecord:DnsRecord": _cloudflare_record,
}
