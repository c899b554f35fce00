"""What is imported from a provider is declared there again exactly as it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hcloud
import pytest
from cloudflare import Cloudflare
from hcloud.zones.domain import ZoneRecord

from ffinfra.dns.backends.cloudflare import cloudflare_records
from ffinfra.dns.backends.hetzner import hetzner_rrsets
from ffinfra.dns.master_file import read_zone
from tests.commands.run import Runner
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, Bench

PARENT = "0123456789abcdef0123456789abcdef"
LONGEST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 48])
"""With ``.mesh.example.`` 255 octets on the wire (RFC 1035 section 2.3.4)."""

pytestmark = pytest.mark.full


@pytest.fixture
def ffinfra(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Runner:
    """The command line."""
    return Runner(monkeypatch, capfd)


def test_from_hetzner(bench: Bench, ffinfra: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = hcloud.Client(token=HETZNER_TOKEN, api_endpoint=bench.url("hetzner"))
    client.zones.create(name="mesh.example", mode="primary").action.wait_until_finished()
    zone = client.zones.get("mesh.example")
    for name, rdtype, values in (
        ("www", "A", ["192.0.2.1", "192.0.2.2"]),
        (LONGEST, "A", ["192.0.2.3"]),
        ("xn--bcher-kva", "CNAME", ["www"]),
        ("@", "MX", ["10 www.mesh.example."]),
        ("text", "TXT", [f'"{"x" * 255}" "semi;colon \\"quoted\\""']),
    ):
        made = zone.create_rrset(
            name=name,
            type=rdtype,  # type: ignore[arg-type]
            ttl=600,
            records=[ZoneRecord(value) for value in values],
        )
        made.action.wait_until_finished()
    monkeypatch.setenv("HCLOUD_TOKEN", HETZNER_TOKEN)
    monkeypatch.setenv("HCLOUD_ENDPOINT", bench.url("hetzner"))
    out = tmp_path / "mesh.example.zone"
    assert ffinfra("dns", "import", "mesh.example", "--hetzner", "--out", str(out)).code == 0
    declared = {
        (one.name, one.type): (one.ttl, set(one.values))
        for one in hetzner_rrsets(read_zone(out, include_root=tmp_path).zone)
    }
    held = {
        (one.name, one.type): (one.ttl, {record.value for record in one.records or []})
        for one in zone.get_rrset_all()
        if (one.name, one.type) not in {("@", "SOA"), ("@", "NS")}
    }
    www = held.pop(("xn--bcher-kva", "CNAME"))
    assert declared.pop(("xn--bcher-kva", "CNAME")) == (www[0], {"www.mesh.example."})
    assert declared == held
    assert len(held) == 4


def test_from_cloudflare(
    play: Callable[..., Bench], ffinfra: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        {"name": "www", "type": "A", "content": "192.0.2.1", "ttl": 600},
        {"name": "www", "type": "A", "content": "192.0.2.2", "ttl": 600},
        {"name": "xn--bcher-kva", "type": "CNAME", "content": "www.parent.example", "ttl": 600},
        {"name": "@", "type": "MX", "content": "www.parent.example", "priority": 10, "ttl": 600},
    ]
    bench = play(cloudflare={"zones": [{"id": PARENT, "name": "parent.example", "records": records}]})
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", CLOUDFLARE_TOKEN)
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", bench.url("cloudflare"))
    out = tmp_path / "parent.example.zone"
    assert ffinfra("dns", "import", "parent.example", "--cloudflare", PARENT, "--out", str(out)).code == 0
    declared = [
        (one.name, one.type, one.ttl, one.content, one.priority)
        for one in cloudflare_records(read_zone(out, include_root=tmp_path).zone)
    ]
    with Cloudflare(api_token=CLOUDFLARE_TOKEN, base_url=bench.url("cloudflare")) as client:
        listed = [one.to_dict() for one in client.dns.records.list(zone_id=PARENT)]
    held = [(one["name"], one["type"], one["ttl"], one["content"], one.get("priority")) for one in listed]
    assert sorted(declared) == sorted(held)
    assert len(held) == 4
