"""Delegations with every kind of parent and holder, made for tests."""

from __future__ import annotations

from typing import Any

from ffinfra.dns.delegation.declarations import Delegations

DS = "12345 13 2 " + "ab" * 32
CLOUDFLARE_ID = "0123456789abcdef0123456789abcdef"

PARENTS: dict[str, dict[str, Any]] = {
    "cloudflare": {"backend": "cloudflare", "zone_id": CLOUDFLARE_ID},
    "hetzner": {"backend": "hetzner"},
    "rfc2136": {"backend": "rfc2136", "server": "192.0.2.9", "key": "parent"},
    "manual": {"backend": "manual", "page": "https://registrar.example/domains"},
}
SERVERS = {
    "own": [
        {"name": "ns1.mesh.net.example", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1"},
        {"name": "ns2.mesh.net.example", "ipv4": "192.0.2.2"},
    ],
    "fallback": [
        {"name": "ns1.provider.example", "ipv4": "198.51.100.1"},
        {"name": "ns2.provider.example", "ipv4": "198.51.100.2"},
    ],
}


def delegations(*zones: dict[str, Any], parent: str = "cloudflare", **settings: Any) -> Delegations:
    """Delegations below net.example; without zones, one unsigned zone mesh.net.example."""
    return Delegations.model_validate(
        {
            "parent": {"zone": "net.example", "ttl": 300, **PARENTS[parent]},
            "nameservers": SERVERS,
            "fallback_backend": "hetzner",
            "zones": list(zones) or [{"zone": "mesh.net.example"}],
            **settings,
        }
    )


def signed(name: str = "mesh.net.example", **settings: Any) -> dict[str, Any]:
    """A zone with a DS in the parent."""
    return {"zone": name, "signed": "own", "ds": [DS], **settings}
