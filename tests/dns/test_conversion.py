"""Between the zone model and dnspython."""

from pathlib import Path

import dns.zone
import pytest

from ffinfra.dns.conversion import from_dnspython, to_dnspython
from ffinfra.dns.master_file import read_zone, read_zone_text
from ffinfra.dns.zone_text import content_of, content_text, parse_content
from tests.dns.zones import SMALL


def test_there_and_back() -> None:
    zone = read_zone_text(SMALL).zone
    assert from_dnspython(to_dnspython(zone)) == zone


@pytest.mark.parametrize("relativize", [True, False])
def test_from_dnspythons_own_reader(relativize: bool) -> None:
    theirs = dns.zone.from_text(SMALL, relativize=relativize)
    assert from_dnspython(theirs) == read_zone_text(SMALL).zone


def test_a_zone_without_soa() -> None:
    with pytest.raises(ValueError, match="has no SOA"):
        from_dnspython(dns.zone.Zone("mesh.example."))


def test_the_real_zones_read_as_dnspython_reads_them(shared_data: Path) -> None:
    counts = {}
    for path in sorted((shared_data / "freifunkh").glob("*.zone")):
        zone = read_zone(path, include_root=path.parent).zone
        assert from_dnspython(dns.zone.from_file(str(path), relativize=False)) == zone
        assert parse_content(content_text(content_of(zone)), zone.origin) == zone.rrsets
        counts[zone.origin] = zone.record_count
    assert len(counts) == 12
    assert sum(counts.values()) == 233
    assert counts["ffh.zone."] == 113
