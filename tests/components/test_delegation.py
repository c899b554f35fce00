"""What stands in the parent, at each of its backends."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.delegation import Delegation, DelegationConfig
from ffinfra.dns.delegation.mode import Mode, Trust
from tests.components.recording import Declared, declared_by
from tests.dns.delegation.samples import CLOUDFLARE_ID, DS, delegations, signed

CONTENT = f"""\
mesh.net.example. 300 IN NS ns1.mesh.net.example.
mesh.net.example. 300 IN NS ns2.mesh.net.example.
mesh.net.example. 300 IN DS {DS}
ns1.mesh.net.example. 300 IN A 192.0.2.1
ns1.mesh.net.example. 300 IN AAAA 2001:db8::1
ns2.mesh.net.example. 300 IN A 192.0.2.2
"""


def _declared(
    parent: str, trust: Trust = Trust.PUBLISHED, tsig: dict[str, str] | None = None
) -> list[Declared]:
    declared = delegations(signed(), parent=parent)
    config = DelegationConfig(
        delegations=declared, zone=declared.zones[0], mode=Mode.PRIMARY, trust=trust, tsig=tsig or {}
    )
    found = declared_by(lambda: Delegation("mesh.net.example", config))
    records = [one for one in found if one.type != "ffinfra:dns:Delegation"]
    assert {one.parent for one in records} == {"ffinfra:dns:Delegation mesh.net.example"}
    return records


def _inputs(records: list[Declared]) -> dict[str, dict[str, Any]]:
    return {one.name: one.inputs for one in records}


def test_cloudflare() -> None:
    digest = DS.rsplit(" ", 1)[1]
    data = {"keyTag": 12345, "algorithm": 13, "digestType": 2, "digest": digest}
    everywhere = {"zoneId": CLOUDFLARE_ID, "proxied": False, "ttl": 300}
    child, ns1, ns2 = "mesh.net.example", "ns1.mesh.net.example", "ns2.mesh.net.example"
    assert _inputs(_declared("cloudflare")) == {
        f"{child} DS {DS}": {**everywhere, "name": child, "type": "DS", "data": data},
        f"{child} NS {ns1}": {**everywhere, "name": child, "type": "NS", "content": ns1},
        f"{child} NS {ns2}": {**everywhere, "name": child, "type": "NS", "content": ns2},
        f"{ns1} A": {**everywhere, "name": ns1, "type": "A", "content": "192.0.2.1"},
        f"{ns1} AAAA": {**everywhere, "name": ns1, "type": "AAAA", "content": "2001:db8::1"},
        f"{ns2} A": {**everywhere, "name": ns2, "type": "A", "content": "192.0.2.2"},
    }


def test_hetzner() -> None:
    records = _declared("hetzner")
    values = {
        (one.inputs["zone"], one.inputs["name"], one.inputs["type"], one.inputs["ttl"]): [
            record["value"] for record in one.inputs["records"]
        ]
        for one in records
    }
    assert values == {
        ("net.example", "mesh", "NS", 300): ["ns1.mesh.net.example.", "ns2.mesh.net.example."],
        ("net.example", "mesh", "DS", 300): [DS],
        ("net.example", "ns1.mesh", "A", 300): ["192.0.2.1"],
        ("net.example", "ns1.mesh", "AAAA", 300): ["2001:db8::1"],
        ("net.example", "ns2.mesh", "A", 300): ["192.0.2.2"],
    }
    assert {one.type for one in records} == {"hcloud:index/zoneRrset:ZoneRrset"}
    assert all(one.delete_before_replace for one in records)


def test_dynamic_updates() -> None:
    (record,) = _declared("rfc2136", tsig={"parent": "aHVzaA=="})
    assert (record.type, record.name) == ("freifunk:index:UpdatedDelegation", "mesh.net.example")
    tsig = record.inputs.pop("tsig")
    assert pulumi.runtime.rpc.is_rpc_secret(tsig)
    assert record.inputs == {
        "parent": "net.example.",
        "child": "mesh.net.example.",
        "content": CONTENT,
        "server": {"address": "192.0.2.9", "port": 53},
    }


def test_dynamic_updates_without_the_key() -> None:
    with pytest.raises(pulumi.RunError, match="the TSIG key parent is missing"):
        _declared("rfc2136")


def test_by_hand() -> None:
    (record,) = _declared("manual")
    assert (record.type, record.name) == ("freifunk:index:ManualDelegation", "mesh.net.example")
    assert record.inputs == {"parent": "net.example.", "child": "mesh.net.example.", "content": CONTENT}


@pytest.mark.parametrize("parent", ["cloudflare", "hetzner", "rfc2136", "manual"])
def test_a_withdrawn_ds_is_nowhere(parent: str) -> None:
    for record in _declared(parent, Trust.WITHDRAWN, {"parent": "aHVzaA=="}):
        assert record.inputs.get("type") != "DS"
        assert " DS " not in record.inputs.get("content", "")
