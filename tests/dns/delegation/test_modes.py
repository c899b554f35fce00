"""What the parent says in each mode."""

from __future__ import annotations

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.zone_text import content_text
from tests.dns.delegation.samples import DS, delegations, signed

GLUE = """\
ns1.mesh.net.example. 300 IN A 192.0.2.1
ns1.mesh.net.example. 300 IN AAAA 2001:db8::1
ns2.mesh.net.example. 300 IN A 192.0.2.2
"""
OWN = "mesh.net.example. 300 IN NS ns1.mesh.net.example.\nmesh.net.example. 300 IN NS ns2.mesh.net.example.\n"
FALLBACK = (
    "mesh.net.example. 300 IN NS ns1.provider.example.\nmesh.net.example. 300 IN NS ns2.provider.example.\n"
)
MIXED = "".join(sorted((OWN + FALLBACK).splitlines(keepends=True)))
SECURE = f"mesh.net.example. 300 IN DS {DS}\n"


@pytest.mark.parametrize(
    ("mode", "trust", "expected"),
    [
        (Mode.PRIMARY, Trust.PUBLISHED, OWN + SECURE + GLUE),
        (Mode.PRIMARY, Trust.WITHDRAWN, OWN + GLUE),
        (Mode.MIXED, Trust.WITHDRAWN, MIXED + GLUE),
        (Mode.FALLBACK, Trust.WITHDRAWN, FALLBACK),
    ],
)
def test_ns_glue_and_ds(mode: Mode, trust: Trust, expected: str) -> None:
    declared = delegations(signed())
    assert content_text(delegation_rrsets(declared, declared.zones[0], mode, trust)) == expected


def test_a_fallback_that_keeps_the_signatures_keeps_the_ds() -> None:
    friend = {"backend": "friend", "keeps_signatures": True}
    declared = delegations(signed(fallback=friend), fallback_backend="friend")
    found = delegation_rrsets(declared, declared.zones[0], Mode.FALLBACK, Trust.WITHDRAWN)
    assert content_text(found) == FALLBACK + SECURE


def test_a_zone_with_nameservers_of_its_own() -> None:
    assigned = [
        {"name": "ada.ns.cloudflare.example", "ipv4": "203.0.113.1"},
        {"name": "bob.ns.cloudflare.example", "ipv4": "203.0.113.2"},
    ]
    held = {"backend": "cloudflare", "zone_id": "f" * 32, "nameservers": assigned}
    beside = {"name": "ns.friend.example", "ipv4": "203.0.113.9"}
    declared = delegations({"zone": "mesh.net.example", "fallback": held, "secondaries": [beside]})
    zone = declared.zones[0]
    assert content_text(delegation_rrsets(declared, zone, Mode.FALLBACK)) == (
        "mesh.net.example. 300 IN NS ada.ns.cloudflare.example.\n"
        "mesh.net.example. 300 IN NS bob.ns.cloudflare.example.\n"
    )
    assert "mesh.net.example. 300 IN NS ns.friend.example.\n" in content_text(
        delegation_rrsets(declared, zone, Mode.PRIMARY)
    )
    assert [server.name for server in declared.all_nameservers] == [
        "ns1.mesh.net.example",
        "ns2.mesh.net.example",
        "ns1.provider.example",
        "ns2.provider.example",
        "ns.friend.example",
        "ada.ns.cloudflare.example",
        "bob.ns.cloudflare.example",
    ]
