"""The properties of a server, and how they look in the API's answers."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from typing import Any, Final

from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.hcloud_type import filled, labels, named, protection
from ffinfra.lab.plugins.hcloud.server_networks import network_number
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.properties import Value

_NO_MEDIA: Final = "the lab's machines have neither ISO images nor a rescue system"


def user_data_hash(value: Value) -> str:
    """What the state's outputs keep of the user data: its SHA-1 in base64 (server/resource.go)."""
    digest = hashlib.sha1(str(value).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _truth(*, default: bool) -> Field:
    return Field(kind=Kind.TRUTH, default=default)


PUBLIC_NET: Final = Field(
    kind=Kind.OBJECT,
    members={
        "ipv4Enabled": _truth(default=True),
        "ipv6Enabled": _truth(default=True),
        "ipv4": Field(kind=Kind.WHOLE, computed=True),
        "ipv6": Field(kind=Kind.WHOLE, computed=True),
    },
)

NETWORK: Final = Field(
    kind=Kind.OBJECT,
    members={
        "networkId": Field(kind=Kind.WHOLE, computed=True),
        "subnetId": Field(computed=True),
        "ip": Field(computed=True),
        "aliasIps": Field(kind=Kind.SET, element=Field(), computed=True),
        "macAddress": Field(computed=True, unsupported="only the API gives it out"),
    },
)

FIELDS: Final[Fields] = {
    "name": named(),
    "serverType": Field(required=True),
    "image": Field(
        computed=True,
        replaces=True,
        refusal=lambda value: "" if value else "must have more than 0 characters",
    ),
    "location": Field(computed=True, replaces=True),
    "datacenter": Field(
        computed=True,
        replaces=True,
        unsupported="Hetzner's API has no datacenters any more; give a location",
    ),
    "userData": Field(replaces=True, stored=user_data_hash, hidden=True),
    "sshKeys": Field(kind=Kind.LIST, element=Field(), replaces=True),
    "keepDisk": _truth(default=False),
    "allowDeprecatedImages": Field(kind=Kind.TRUTH),
    "backupWindow": Field(output_only=True),
    "backups": _truth(default=False),
    "ipv4Address": Field(output_only=True),
    "ipv6Address": Field(output_only=True),
    "ipv6Network": Field(output_only=True),
    "status": Field(output_only=True),
    "iso": Field(unsupported=_NO_MEDIA),
    "rescue": Field(unsupported=_NO_MEDIA),
    "labels": labels(default=False),
    "publicNets": Field(kind=Kind.SET, element=PUBLIC_NET),
    "networks": Field(kind=Kind.SET, element=NETWORK),
    "ignoreRemoteFirewallIds": _truth(default=False),
    "firewallIds": Field(kind=Kind.SET, element=Field(kind=Kind.WHOLE), computed=True),
    "placementGroupId": Field(kind=Kind.WHOLE),
    "deleteProtection": protection(),
    "rebuildProtection": protection(),
    "shutdownBeforeDeletion": _truth(default=False),
    "primaryDiskSize": Field(kind=Kind.WHOLE, output_only=True),
}

NEVER_READ: Final = (
    "userData",
    "sshKeys",
    "keepDisk",
    "allowDeprecatedImages",
    "publicNets",
    "ignoreRemoteFirewallIds",
    "shutdownBeforeDeletion",
)
"""What the API does not tell or the plugin does not ask: the state keeps what was last asked for."""


def outputs(server: dict[str, Any], earlier: Values) -> Values:
    """The outputs; ``earlier`` is the state or the plan."""
    kept = {key: earlier[key] for key in NEVER_READ if earlier.get(key) is not None}
    return {
        **kept,
        **_told(server),
        **_addresses(server.get("public_net") or {}),
        **_image(server, earlier),
        **_datacenter(server, earlier),
        **_networks(server, earlier),
    }


def _told(server: dict[str, Any]) -> Values:
    guard = server.get("protection") or {}
    return {
        "id": str(server["id"]),
        "name": server.get("name", ""),
        "serverType": (server.get("server_type") or {}).get("name", ""),
        "location": (server.get("location") or {}).get("name", ""),
        "status": server.get("status") or "",
        "labels": server.get("labels") or {},
        "backups": bool(server.get("backup_window")),
        "backupWindow": server.get("backup_window") or "",
        "deleteProtection": bool(guard.get("delete")),
        "rebuildProtection": bool(guard.get("rebuild")),
        "placementGroupId": (server.get("placement_group") or {}).get("id", 0),
        "primaryDiskSize": server.get("primary_disk_size", 0),
    }


def _addresses(public: dict[str, Any]) -> Values:
    """The IPv6 address is the network's first; without IPv6 the network reads ``<nil>``, as Go prints it."""
    ipv4, ipv6 = (public.get("ipv4") or {}).get("ip"), (public.get("ipv6") or {}).get("ip")
    network = ipaddress.IPv6Interface(ipv6).network if ipv6 else None
    return {
        "firewallIds": [item["id"] for item in public.get("firewalls") or []],
        "ipv6Network": str(network) if network else "<nil>",
        **filled({"ipv4Address": ipv4, "ipv6Address": f"{network.network_address}1" if network else None}),
    }


def _image(server: dict[str, Any], earlier: Values) -> Values:
    """The name of an official image, unless the program names it by number; else what the state says."""
    image = server.get("image")
    if not image:
        return filled({"image": earlier.get("image")})
    number = str(image.get("id", ""))
    named_image = image.get("name") and earlier.get("image") != number
    return {"image": image["name"] if named_image else number}


def _datacenter(server: dict[str, Any], earlier: Values) -> Values:
    found = (server.get("datacenter") or {}).get("name")
    return filled({"datacenter": found or earlier.get("datacenter")})


def _networks(server: dict[str, Any], earlier: Values) -> Values:
    """The attachments, told in the program's way; only where the program declares any."""
    declared = earlier.get("networks")
    if not declared:
        return {}
    by_number = {network_number(item): item for item in declared}
    return {
        "networks": [
            _network(item, by_number.get(item["network"])) for item in server.get("private_net") or []
        ]
    }


def _network(attachment: dict[str, Any], declared: Values | None) -> Values:
    found: Values = {
        "ip": attachment.get("ip") or "",
        "macAddress": attachment.get("mac_address") or "",
        "aliasIps": attachment.get("alias_ips") or [],
    }
    if declared is not None:
        found["networkId"] = attachment["network"]
        found |= filled({"subnetId": declared.get("subnetId")})
    return found
