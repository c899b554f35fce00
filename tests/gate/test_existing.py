"""Whether something exists at a provider, asked of the lab's APIs for every kind that is settled by asking."""

from __future__ import annotations

import ast
import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pulumi
import pulumi_hcloud
import pytest

from ffinfra.gate.existing import existing_id, is_settled
from ffinfra.gate.state import PendingOperation
from ffinfra.problems import OperationalError
from tests.hosts.samples import ROOT
from tests.lab.plugins.clouds import PARENT_ID, Clouds, running

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDgV/DzUBHNEZHpW08reyKl6+Edm0Ookb1tCFyNF7sH0"


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    with running(tmp_path_factory.mktemp("clouds")) as made:
        yield made


def found(clouds: Clouds, kind: str, **inputs: Any) -> str | None:
    urn = f"urn:pulumi:failover::ffinfra::{kind}::x"
    return existing_id(PendingOperation(urn, "creating", inputs), clouds.variables)


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("hcloud:index/placementGroup:PlacementGroup", "placement_groups", {"type": "spread"}),
        ("hcloud:index/sshKey:SshKey", "ssh_keys", {"public_key": KEY}),
        ("hcloud:index/firewall:Firewall", "firewalls", {}),
        ("hcloud:index/network:Network", "networks", {"ip_range": "10.0.0.0/8"}),
        ("hcloud:index/volume:Volume", "volumes", {"size": 10, "location": "fsn1"}),
        (
            "hcloud:index/primaryIp:PrimaryIp",
            "primary_ips",
            {"type": "ipv4", "assignee_type": "server", "location": "fsn1"},
        ),
        (
            "hcloud:index/server:Server",
            "servers",
            {"server_type": "ccx13", "image": "debian-12", "location": "fsn1"},
        ),
    ],
)
def test_what_has_a_unique_name(clouds: Clouds, kind: str, path: str, body: dict[str, Any]) -> None:
    assert found(clouds, kind, name="sn5") is None
    made = clouds.call("POST", f"/{path}", {"name": "sn5", **body})
    (identifier,) = (
        part["id"] for part in made.values() if isinstance(part, dict) and part.get("name") == "sn5"
    )
    assert found(clouds, kind, name="sn5") == str(identifier)
    assert found(clouds, kind, name="sn") is None


def test_a_zone_and_what_is_in_it(clouds: Clouds) -> None:
    zone, rrset = "hcloud:index/zone:Zone", "hcloud:index/zoneRrset:ZoneRrset"
    assert found(clouds, zone, name="example.org") is None
    clouds.call("POST", "/zones", {"name": "example.org", "mode": "primary"})
    assert found(clouds, zone, name="example.org") == "example.org"
    www = {"zone": "example.org", "name": "www", "type": "A"}
    assert found(clouds, rrset, **www) is None
    records = {"ttl": 60, "records": [{"value": "192.0.2.1"}]}
    clouds.call("POST", "/zones/example.org/rrsets", {"name": "www", "type": "A", **records})
    assert found(clouds, rrset, **www) == "example.org/www/A"
    assert found(clouds, rrset, **{**www, "type": "AAAA"}) is None


def test_a_record_of_the_parent(clouds: Clouds) -> None:
    kind = "cloudflare:index/dnsRecord:DnsRecord"
    record = {"name": "x.musterstadt.example", "type": "NS", "content": "ns1.musterstadt.example"}
    assert found(clouds, kind, zoneId=PARENT_ID, **record) is None
    made = _cloudflare(clouds, f"/zones/{PARENT_ID}/dns_records", {**record, "ttl": 300})
    assert found(clouds, kind, zoneId=PARENT_ID, **record) == f"{PARENT_ID}/{made['result']['id']}"
    assert found(clouds, kind, zoneId=PARENT_ID, **{**record, "content": "ns2.musterstadt.example"}) is None


def test_a_record_in_parts(clouds: Clouds) -> None:
    """DS has no content of its own; its parts are named otherwise by the engine."""
    kind, digest = "cloudflare:index/dnsRecord:DnsRecord", "ab" * 32
    parts = {"key_tag": 4711, "algorithm": 13, "digest_type": 2, "digest": digest}
    ours = {"keyTag": 4711, "algorithm": 13, "digestType": 2, "digest": digest.upper()}
    record = {"name": "ds.musterstadt.example", "type": "DS"}
    assert found(clouds, kind, zoneId=PARENT_ID, **record, data=ours) is None
    made = _cloudflare(clouds, f"/zones/{PARENT_ID}/dns_records", {**record, "data": parts, "ttl": 300})
    assert found(clouds, kind, zoneId=PARENT_ID, **record, data=ours) == f"{PARENT_ID}/{made['result']['id']}"
    assert found(clouds, kind, zoneId=PARENT_ID, **record, data={**ours, "keyTag": 4712}) is None


def test_what_may_be_done_again_is_not_asked() -> None:
    urn = "urn:pulumi:prod::ffinfra::freifunk:index:HostConfig::sn1"
    assert existing_id(PendingOperation(urn, "creating", {}), {}) is None


def declared_kinds() -> set[str]:
    """The type of every resource that the components declare, by the tokens and classes in their source."""
    nodes = [
        node for file in (ROOT / "components").rglob("*.py") for node in ast.walk(ast.parse(file.read_text()))
    ]
    tokens = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    classes = {
        getattr(pulumi_hcloud, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hcloud"
    }
    resources = (one for one in classes if issubclass(one, pulumi.CustomResource))
    return {token for token in tokens if re.fullmatch(r"\w+:index[:/][\w/:]+", token)} | {
        one.pulumi_type for one in resources
    }


def test_every_kind_that_is_declared_is_settled_without_a_person() -> None:
    kinds = declared_kinds()
    assert {
        "hcloud:index/rdns:Rdns",
        "cloudflare:index/dnsRecord:DnsRecord",
        "freifunk:index:UpdatedDelegation",
        "freifunk:index:ManualDelegation",
    } < kinds
    assert sorted(kind for kind in kinds if not is_settled(kind)) == []
    assert not is_settled("aws:s3/bucket:Bucket")


def test_a_kind_that_nobody_knows_is_left_to_a_person(clouds: Clouds) -> None:
    with pytest.raises(OperationalError, match="nobody saw how it ended"):
        found(clouds, "aws:s3/bucket:Bucket", name="x")


def test_an_api_that_does_not_answer(clouds: Clouds) -> None:
    clouds.will("GET", "/zones", times=9, answer={"status": 503, "body": {"error": {"code": "x"}}})
    with pytest.raises(OperationalError, match="cannot be asked"):
        found(clouds, "hcloud:index/zone:Zone", name="example.org")


def _cloudflare(clouds: Clouds, path: str, body: dict[str, Any]) -> Any:
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {clouds.variables['CLOUDFLARE_API_TOKEN']}",
    }
    address = clouds.variables["CLOUDFLARE_BASE_URL"] + path
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())
