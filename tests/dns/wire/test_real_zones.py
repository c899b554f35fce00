"""The twelve real zones, and sample zones of their shapes: read, served by a real knotd, brought there by updates."""

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
from tests.dns.wire.shapes import sample_zones

pytestmark = pytest.mark.full


@pytest.fixture(params=["real", "sample"])
def paths(request: pytest.FixtureRequest, tmp_path: Path) -> list[Path]:
    """Master files; the real ones are not part of the repository."""
    if request.param == "sample":
        return sample_zones(tmp_path)
    found = sorted((request.getfixturevalue("shared_data") / "freifunkh").glob("*.zone"))
    assert len(found) == 12
    return found


def seed(soa: SOA) -> str:
    return f"@ 600 SOA {soa.value}\n@ 600 NS seed\n"


def test_zones_are_served_as_read(start_knot: StartKnot, key: Key, paths: list[Path]) -> None:
    zones = [read_zone(path, include_root=path.parent).zone for path in paths]
    server = server_of(
        start_knot({zone.origin: path.read_text() for zone, path in zip(zones, paths, strict=True)})
    )
    for zone in zones:
        served = transfer_zone(server, zone.origin, key=key)
        assert served.content == content_of(zone)
        assert served.soa == zone.soa


def test_zones_are_brought_to_a_bare_primary(start_knot: StartKnot, key: Key, paths: list[Path]) -> None:
    zones = [read_zone(path, include_root=path.parent).zone for path in paths]
    server = server_of(start_knot({zone.origin: seed(zone.soa) for zone in zones}, signed=True))
    for zone in zones:
        bare = transfer_zone(server, zone.origin, key=key)
        wish = Wish(bare.content, SoaSettings(), content_of(zone), SoaSettings.of(zone.soa))
        reconcile(server, zone.origin, bare, wish, key=key, now=1_800_000_000)
        served = transfer_zone(server, zone.origin, key=key)
        assert served.content == content_of(zone)
        assert SoaSettings.of(served.soa) == SoaSettings.of(zone.soa)
