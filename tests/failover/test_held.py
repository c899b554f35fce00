"""What the providers hold, listed from the clouds' APIs, and the import that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ffinfra.failover.held import RECORD_TYPE, RRSET_TYPE, ZONE_TYPE, Held, Wanted, list_held
from ffinfra.failover.rebuilding import Missing, import_document, taken
from ffinfra.problems import OperationalError
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench

ZONE = "mesh.musterstadt.example"
DIGEST = {"key_tag": 7, "algorithm": 13, "digest_type": 2, "digest": "AB" * 32}
PARTS = {"keyTag": 7, "algorithm": 13, "digestType": 2, "digest": "ab" * 32}


def wanted(kind: str, name: str, /, **inputs: Any) -> Wanted:
    return Wanted(kind, name, inputs, kind == ZONE_TYPE, f"urn:pulumi:failover::ffinfra::{kind}::{name}")


def record(name: str, rdtype: str, **value: Any) -> Wanted:
    return wanted(RECORD_TYPE, f"{name} {rdtype}", zoneId=PARENT_ID, name=name, type=rdtype, **value)


def rrset(name: str, rdtype: str, zone: str = ZONE) -> Wanted:
    return wanted(RRSET_TYPE, f"{zone} {name} {rdtype}", zone=zone, name=name, type=rdtype)


HERE = wanted(ZONE_TYPE, ZONE, name=ZONE)
GONE = wanted(ZONE_TYPE, "ff.musterstadt.example", name="ff.musterstadt.example")


def environment(bench: Bench) -> dict[str, str]:
    return {
        "HCLOUD_ENDPOINT": bench.url("hetzner"),
        "HCLOUD_TOKEN": HETZNER_TOKEN,
        "CLOUDFLARE_BASE_URL": bench.url("cloudflare"),
        "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
    }


@pytest.fixture
def world(bench: Bench) -> tuple[Bench, dict[str, str]]:
    """A zone with one RRset at Hetzner, a delegation with a DS at Cloudflare; returns the records' ids too."""
    bench.made("/zones", {"name": ZONE, "mode": "primary"}, "zone")
    body = {"name": "www", "type": "A", "ttl": 300, "records": [{"value": "192.0.2.7"}]}
    bench.made(f"/zones/{ZONE}/rrsets", body, "rrset")
    ids: dict[str, str] = {}
    values: list[dict[str, Any]] = [
        {"type": "NS", "content": "ns1.provider.example"},
        {"type": "DS", "data": DIGEST},
    ]
    for value in values:
        body = {"name": ZONE, "ttl": 300, **value}
        ids[value["type"]] = bench.cloudflare("POST", f"/zones/{PARENT_ID}/dns_records", body)[1]["result"][
            "id"
        ]
    return bench, ids


def test_a_text_without_quotation_marks_is_the_same_text() -> None:
    """Cloudflare keeps it as it was entered, and answers alike."""
    stands = {"id": "4", "name": ZONE, "type": "TXT", "ttl": 300, "content": "v=spf1 a; -all"}
    here = Held({}, {PARENT_ID: (stands, {**stands, "id": "5", "content": 'odd "text"'})})
    assert here.identifier(record(ZONE, "TXT", content='"v=spf1 a; -all"')) == f"{PARENT_ID}/4"
    assert here.identifier(record(ZONE, "TXT", content='"v=spf1"')) is None


def test_what_stands_has_its_identifier(world: tuple[Bench, dict[str, str]]) -> None:
    bench, ids = world
    known = {
        HERE: ZONE,
        GONE: None,
        rrset("www", "A"): f"{ZONE}/www/A",
        rrset("www", "AAAA"): None,
        rrset("www", "A", "ff.musterstadt.example"): None,
        record(ZONE, "NS", content="ns1.provider.example"): f"{PARENT_ID}/{ids['NS']}",
        record(ZONE, "NS", content="ns2.provider.example"): None,
        record(ZONE, "DS", data=PARTS): f"{PARENT_ID}/{ids['DS']}",
        record(ZONE, "DS", data=PARTS | {"keyTag": 8}): None,
        wanted("freifunk:index:ManualDelegation", ZONE, child=ZONE): None,
    }
    held = list_held(known, environment(bench))
    assert {one: held.identifier(one) for one in known} == known


def test_a_zone_that_hetzner_transfers_stands_without_rrsets(bench: Bench) -> None:
    """Its API lists none, and refuses to."""
    primary = {"address": "192.0.2.53", "port": 53}
    bench.made("/zones", {"name": ZONE, "mode": "secondary", "primary_nameservers": [primary]}, "zone")
    held = list_held([HERE, rrset("www", "A")], environment(bench))
    assert (held.identifier(HERE), held.identifier(rrset("www", "A"))) == (ZONE, None)


def test_the_import_holds_the_groups_and_what_stands(world: tuple[Bench, dict[str, str]]) -> None:
    bench, _ = world
    group = {"type": "ffinfra:dns:HetznerZone", "name": ZONE, "component": True}
    entries = [
        {
            "type": ZONE_TYPE,
            "name": f"{ZONE}Zone",
            "logicalName": ZONE,
            "id": "<PLACEHOLDER>",
            "parent": ZONE,
        },
        {"type": RRSET_TYPE, "name": f"{ZONE} www A", "id": "<PLACEHOLDER>", "parent": ZONE},
        {"type": RRSET_TYPE, "name": f"{ZONE} www AAAA", "id": "<PLACEHOLDER>", "parent": ZONE},
    ]
    gate = {"type": "freifunk:index:GateRecord", "name": "gate", "id": "<PLACEHOLDER>"}
    resources = (HERE, rrset("www", "A"), rrset("www", "AAAA"))
    missing = Missing(resources, {"resources": [group, gate, *entries]})
    document = import_document(missing, list_held(resources, environment(bench)).identifier)
    assert document == {
        "resources": [
            group,
            {**gate, "id": "gate"},
            {**entries[0], "id": ZONE},
            {**entries[1], "id": f"{ZONE}/www/A"},
        ]
    }
    assert taken(missing, document) == (resources[:2], resources[2:])


@pytest.mark.parametrize(
    ("one", "without"), [(HERE, "HCLOUD_TOKEN"), (record("a", "NS"), "CLOUDFLARE_API_TOKEN")]
)
def test_a_token_that_lacks_is_told(one: Wanted, without: str) -> None:
    with pytest.raises(OperationalError, match=f"{without} is not set"):
        list_held([one], {})


def test_an_api_that_refuses_is_told(play: Callable[..., Bench]) -> None:
    bench = play()
    for one, name in ((HERE, "Hetzner does not list"), (record("a", "NS"), "Cloudflare does not list")):
        wrong = environment(bench) | {"HCLOUD_TOKEN": "x" * 64, "CLOUDFLARE_API_TOKEN": "x"}
        with pytest.raises(OperationalError, match=name):
            list_held([one], wrong)
