"""The request that creates a server, and the look-ups before it."""

from __future__ import annotations

from typing import Any

from ffinfra.lab.plugins.hcloud.api import Api, Query
from ffinfra.lab.plugins.hcloud.hcloud_type import by_id, by_id_or_name, filled
from ffinfra.lab.plugins.planning import known
from ffinfra.lab.plugins.remote import StandInError
from ffinfra.lab.plugins.values import Values


def creation_body(api: Api, plan: Values) -> dict[str, Any]:
    """GET the type, the image, each key and the placement group; returns the body of POST /servers.

    Raises:
        StandInError: one of them does not exist.
    """
    server_type = by_id_or_name(api, "/server_types", "server_type", plan["serverType"])
    if server_type is None:
        raise StandInError(f"server type {plan['serverType']} not found")
    body: dict[str, Any] = {
        "name": plan["name"],
        "server_type": plan["serverType"],
        "image": _image(api, str(known(plan, "image") or ""), server_type.get("architecture", "")),
    }
    keys = [_key(api, key) for key in plan.get("sshKeys") or []]
    optional = {
        "ssh_keys": keys,
        "location": known(plan, "location"),
        "user_data": plan.get("userData"),
        "labels": plan.get("labels"),
        "firewalls": [{"firewall": number} for number in known(plan, "firewallIds") or []],
        "placement_group": _placement_group(api, plan.get("placementGroupId")),
    }
    body |= filled(optional)
    for public in plan.get("publicNets") or []:
        body["public_net"] = _public_net(public)
        if plan.get("networks") and not (
            body["public_net"]["enable_ipv4"] or body["public_net"]["enable_ipv6"]
        ):
            body["start_after_create"] = False
    return body


def _image(api: Api, name: str, architecture: str) -> int:
    found = by_id(api, "/images", "image", name)
    if found is None and name:
        query: Query = [("architecture", architecture), ("include_deprecated", "true"), ("name", name)]
        listed = api.get("/images", query).get("images") or []
        found = listed[0] if listed else None
    if found is None:
        raise StandInError(f"image {name} for architecture {architecture} not found")
    return int(found["id"])


def _key(api: Api, id_or_name: str) -> int:
    found = by_id_or_name(api, "/ssh_keys", "ssh_key", id_or_name)
    if found is None:
        raise StandInError(f"SSH key not found: {id_or_name}")
    return int(found["id"])


def _placement_group(api: Api, number: int | None) -> int | None:
    if number and by_id(api, "/placement_groups", "placement_group", str(number)) is None:
        raise StandInError(f"placement group not found: {number}")
    return number


def _public_net(public: Values) -> dict[str, Any]:
    """A named address enables its version."""
    ipv4, ipv6 = public.get("ipv4") or 0, public.get("ipv6") or 0
    return {
        "enable_ipv4": bool(public.get("ipv4Enabled") or ipv4),
        "enable_ipv6": bool(public.get("ipv6Enabled") or ipv6),
        **filled({"ipv4": ipv4, "ipv6": ipv6}),
    }
