"""The twelve real zones: read, served by a real knotd, and brought there by updates too."""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.dns.master_file import read_zone
from ffinfra.dns.records import SOA
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.reconcile import Wish, reconcile
from ffinfra.dns.wire.server import Key
from ffinfra.dns.wire.transfer import transfer_zone
from ffinfra.dns.zone_text import content_of
from tests.dns.wire.conftest import StartKnot, server_of

pytestmark = pytest.mark.full


def seed(soa: SOA) -> str:
    return f"@ 600 SOA {soa.value}\n@ 600 NS seed\n"


def test_the_real_zones_are_served_as_read(start_knot: StartKnot, key: Key, shared_data: Path) -> None:
    paths = sorted((shared_data / "freifunkh").glob("*.zone"))
    zones = [read_zone(path, include_root=path.parent).zone for path in paths]
    server = server_of(
        start_knot({zone.origin: path.read_text() for zone, path in zip(zones, paths, strict=True)})
    )
    for zone in zones:
        served = transfer_zone(server, zone.origin, key=key)
        assert served.content == content_of(zone)
        assert served.soa == zone.soa
    assert len(zones) == 12


def test_the_real_zones_are_brought_to_a_bare_primary(
    start_knot: StartKnot, key: Key, shared_data: Path
) -> None:
    zones = [
        read_zone(path, include_root=path.parent).zone
        for path in sorted((shared_data / "freifunkh").glob("*.zone"))
    ]
    server = server_of(start_knot({zone.origin: seed(zone.soa) for zone in zones}, signed=True))
    for zone in zones:
        bare = transfer_zone(server, zone.origin, key=key)
        wish = Wish(bare.content, SoaSettings(), content_of(zone), SoaSettings.of(zone.soa))
        reconcile(server, zone.origin, bare, wish, key=key, now=1_800_000_000)
        served = transfer_zone(server, zone.origin, key=key)
        assert served.content == content_of(zone)
        assert SoaSettings.of(served.soa) == SoaSettings.of(zone.soa)
