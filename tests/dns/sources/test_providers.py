"""Zones read from the providers' APIs, through the providers' own clients."""

from __future__ import annotations

from collections.abc import Callable

import hcloud
import pytest
from hcloud.zones import ZoneRecord

from ffinfra.dns.records import make_rrset
from ffinfra.dns.sources.cloudflare import read_cloudflare
from ffinfra.dns.sources.hetzner import read_hetzner
from ffinfra.problems import OperationalError
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, Bench

PARENT = "0123456789abcdef0123456789abcdef"

pytestmark = pytest.mark.full


def test_hetzner(bench: Bench) -> None:
    environment = {"HCLOUD_TOKEN": HETZNER_TOKEN, "HCLOUD_ENDPOINT": bench.url("hetzner")}
    client = hcloud.Client(token=HETZNER_TOKEN, api_endpoint=bench.url("hetzner"))
    client.zones.create(name="mesh.example", mode="primary").action.wait_until_finished()
    zone = client.zones.get("mesh.example")
    zone.create_rrset(name="www", type="A", records=[ZoneRecord("192.0.2.1")]).action.wait_until_finished()
    found = {rrset.key: rrset for rrset in read_hetzner("mesh.example.", environment)}
    assert [str(key) for key in found] == [
        "mesh.example. NS",
        "mesh.example. SOA",
        "www.mesh.example. A",
    ]
    assert found[("www.mesh.example.", "A")].values == ("192.0.2.1",)  # type: ignore[index]
    with pytest.raises(OperationalError, match=r"Hetzner does not give absent\.example\."):
        read_hetzner("absent.example.", environment)
    with pytest.raises(OperationalError, match="HCLOUD_TOKEN is not set"):
        read_hetzner("mesh.example.", {})


def test_hetzner_as_a_secondary(bench: Bench) -> None:
    primary = {"address": "192.0.2.53", "port": 53}
    bench.made(
        "/zones", {"name": "mesh.example", "mode": "secondary", "primary_nameservers": [primary]}, "zone"
    )
    with pytest.raises(OperationalError) as refused:
        read_hetzner(
            "mesh.example.", {"HCLOUD_TOKEN": HETZNER_TOKEN, "HCLOUD_ENDPOINT": bench.url("hetzner")}
        )
    assert refused.value.what == "Hetzner transfers mesh.example. and lists no records of it"


def test_cloudflare(play: Callable[..., Bench]) -> None:
    records = [
        {"name": "www", "type": "A", "content": "192.0.2.1"},
        {"name": "www", "type": "A", "content": "192.0.2.2"},
    ]
    bench = play(cloudflare={"zones": [{"id": PARENT, "name": "parent.example", "records": records}]})
    environment = {
        "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
        "CLOUDFLARE_BASE_URL": bench.url("cloudflare"),
    }
    assert read_cloudflare("parent.example.", PARENT, environment) == (
        make_rrset("www.parent.example.", "A", 300, ["192.0.2.1", "192.0.2.2"]),
    )
    with pytest.raises(OperationalError, match="Cloudflare does not give"):
        read_cloudflare("parent.example.", "f" * 32, environment)
