"""What a person is told to enter at a registrar."""

from __future__ import annotations

from dataclasses import replace

from ffinfra.dns.delegation.by_hand import change_by_hand
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.parents import ManualParent
from tests.dns.delegation.samples import delegations, signed

DELEGATIONS = delegations(signed(), parent="manual")
ZONE = DELEGATIONS.zones[0]
REST = delegation_rrsets(DELEGATIONS, ZONE, Mode.PRIMARY)
BARE = delegation_rrsets(DELEGATIONS, ZONE, Mode.PRIMARY, Trust.WITHDRAWN)
AWAY = delegation_rrsets(DELEGATIONS, ZONE, Mode.FALLBACK, Trust.WITHDRAWN)
HEAD = (
    "mesh.net.example. in net.example., by hand at https://registrar.example/domains "
    "(TTL 300 s, if it can be chosen):"
)


def _parent() -> ManualParent:
    assert isinstance(DELEGATIONS.parent, ManualParent)
    return DELEGATIONS.parent


def test_nameservers_and_glue() -> None:
    assert change_by_hand(_parent(), ZONE.origin, BARE, AWAY) == (
        HEAD,
        "  enter  nameserver ns1.provider.example",
        "  enter  nameserver ns2.provider.example",
        "  remove nameserver ns1.mesh.net.example",
        "  remove nameserver ns2.mesh.net.example",
        "  remove glue ns1.mesh.net.example 192.0.2.1",
        "  remove glue ns1.mesh.net.example 2001:db8::1",
        "  remove glue ns2.mesh.net.example 192.0.2.2",
    )


def test_ds() -> None:
    ds = f"DS key tag 12345, algorithm 13, digest type 2, digest {'ab' * 32}"
    assert change_by_hand(_parent(), ZONE.origin, REST, BARE) == (HEAD, f"  remove {ds}")
    assert change_by_hand(_parent(), ZONE.origin, BARE, REST) == (HEAD, f"  enter  {ds}")


def test_another_ttl_is_no_change() -> None:
    slow = [replace(rrset, ttl=86400) for rrset in REST]
    assert change_by_hand(_parent(), ZONE.origin, slow, REST) == ()
