"""The real engine, small programs of pulumi_cloudflare, our stand-in and the lab's cloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.lab.plugins.package import install
from tests.lab.plugins.clouds import ACCOUNT, PARENT, PARENT_ID, Clouds, running
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = [pytest.mark.full, pytest.mark.long]

OF_THE_PACKAGE = f"""
import pulumi
import pulumi_cloudflare as cloudflare

parent = cloudflare.get_zone(filter={{"name": "{PARENT}", "match": "all"}}).zone_id
zone = cloudflare.Zone("zone", name="example.org", account={{"id": "{ACCOUNT}"}}).id

def record(resource, options=None, **arguments):
    cloudflare.DnsRecord(resource, **arguments, opts=options)
"""
OF_OUR_COMPONENTS = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
import pulumi
from importlib.metadata import version
from components.cloudflare_dns import DnsRecord, DnsRecordArgs

plugin = {{"version": version("pulumi-cloudflare")}}

def record(resource, options=None, **arguments):
    DnsRecord(resource, DnsRecordArgs(**arguments), options or pulumi.ResourceOptions())
"""
# The package costs four seconds of every run; what our program declares without it is the same to the plugin.
ZONE = f"""
search = {{"filter": {{"name": "{PARENT}", "match": "all"}}}}
found = pulumi.runtime.invoke("cloudflare:index/getZone:getZone", search, pulumi.InvokeOptions(**plugin))
parent = found.value["zoneId"]
made = pulumi.CustomResource("cloudflare:index/zone:Zone", "zone",
    {{"name": "example.org", "account": {{"id": "{ACCOUNT}"}}}}, pulumi.ResourceOptions(**plugin))
zone = made.id
"""
RECORDS = """
known = {"zone_id": zone, "ttl": 300}
record("apex", name="@", type="A", content="192.0.2.1", **known)
record("www", name="www", type="CNAME", content="example.org", **known)
record("mail", name="@", type="MX", content="mx.example.org", priority=10, **known)
record("text", name="@", type="TXT", content='"v=spf1 -all"', **known)
record("issuer", name="@", type="CAA", data={"flags": 0, "tag": "issue", "value": "ca.example"}, **known)
record("voice", name="_sip._udp", type="SRV", priority=10,
    data={"priority": 10, "weight": 5, "port": 5060, "target": "sip.example.org"}, **known)
record("delegation", zone_id=parent, name="sub", type="NS", ttl=TTL, content="ns1.example.org")
"""
PROGRAM = OF_OUR_COMPONENTS + ZONE + RECORDS

NAMES = ("apex", "delegation", "issuer", "mail", "text", "voice", "www", "zone")


@pytest.fixture
def clouds(tmp_path: Path) -> Iterator[Clouds]:
    with running(tmp_path) as clouds:
        yield clouds


@pytest.fixture
def engine(tmp_path: Path, clouds: Clouds) -> Iterator[Engine]:
    engine = Engine(tmp_path, clouds.variables)
    install(engine.home, pulumi=engine.cli, python=REPOSITORY / ".venv" / "bin" / "python")
    engine.init()
    yield engine
    engine.run("destroy", "--yes", "--skip-preview")


def test_records_from_nothing_to_nothing(engine: Engine, clouds: Clouds) -> None:
    engine.program(PROGRAM.replace("TTL", "300"))
    assert sorted(engine.steps()) == sorted([*NAMES, "example-test"])
    search = ["GET /zones", f"GET /zones/{PARENT_ID}"]
    assert clouds.asked() == search
    engine.up()
    posts = [call for call in clouds.asked() if call.startswith("POST")]
    assert len(posts) == len(NAMES)

    assert engine.steps() == {}
    assert clouds.asked() == search
    engine.run("preview", "--refresh", "--expect-no-changes")
    engine.run("refresh", "--yes")
    assert engine.steps() == {}
    assert engine.state()["www"]["outputs"]["name"] == "www.example.org"

    clouds.asked()
    engine.program(PROGRAM.replace("TTL", "60").replace('"value": "ca.example"', '"value": "other.example"'))
    assert engine.steps() == {"delegation": "update", "issuer": "update"}
    for status in (429, 500):
        refused = {"status": status, "body": {"success": False}, "headers": {"Retry-After": "0.1"}}
        clouds.will("PUT", "/zones/*/dns_records/*", api="cloudflare", answer=refused)
    engine.up()
    changed = [call.split(" ")[0] for call in clouds.asked() if not call.startswith("GET")]
    assert changed == ["PUT"] * 4, "each of two changes, and each refusal made good by one try more"
    engine.run("preview", "--refresh", "--expect-no-changes")


def test_import_and_replacement(engine: Engine, clouds: Clouds) -> None:
    record = """
record("www", {opts}, zone_id="{zone}", name="www.{parent}", type="{type}", ttl=300, content="{content}")
"""
    known = {"zone": PARENT_ID, "parent": PARENT, "opts": None}
    engine.program(OF_OUR_COMPONENTS + record.format(type="A", content="192.0.2.1", **known))
    engine.up()
    record_id = engine.state()["www"]["id"]
    engine.run("state", "delete", engine.state()["www"]["urn"], "--yes")
    known["opts"] = f'pulumi.ResourceOptions(import_="{PARENT_ID}/{record_id}")'
    engine.program(OF_OUR_COMPONENTS + record.format(type="A", content="192.0.2.1", **known))
    clouds.asked()
    engine.up()
    path = f"/zones/{PARENT_ID}/dns_records/{record_id}"
    assert clouds.asked() == [f"GET {path}", f"GET {path}"]

    known["opts"] = None
    engine.program(OF_OUR_COMPONENTS + record.format(type="AAAA", content="2001:db8::1", **known))
    assert engine.steps() == {"www": "replace"}
    engine.up()
    assert [call.split(" ")[0] for call in clouds.asked()] == ["POST", "DELETE"]


def test_what_the_api_refuses_is_told_raw(engine: Engine, clouds: Clouds) -> None:
    answer = {"status": 400, "body": {"success": False, "errors": [{"code": 9005, "message": "bad content"}]}}
    clouds.will("POST", "/zones/*/dns_records", api="cloudflare", answer=answer)
    engine.program(OF_THE_PACKAGE + RECORDS.replace("TTL", "300"))
    said = engine.up(fails=True)
    assert "400 Bad Request" in said
    assert "bad content" in said
    engine.up()
