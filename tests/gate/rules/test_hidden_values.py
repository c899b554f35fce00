"""A value that a preview does not show, wherever it stands: nothing breaks on it, and what must be known blocks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ffinfra.gate.digest import SECRET_MARK, UNKNOWN_VALUE
from ffinfra.gate.operations import Operation
from ffinfra.gate.rules import evaluate
from tests.gate.corpus.resources import Declared, address, firewall, host, record, rrset, server, zone_content
from tests.gate.rules.contexts import change, context

APEX = ("@ 300 NS ns1.x.musterstadt.example.", "@ 300 NS ns2.example.", "ns1 300 A 192.0.2.53")
RESOURCES = (
    server(),
    address(),
    firewall("22", "192.0.2.56/29"),
    host("sn1", files={"/etc/systemd/network/40-ffinfra-bb1.netdev": "[Tunnel]\nLocal=192.0.2.11\n"}),
    rrset("www", "A", "192.0.2.80"),
    record({"zoneId": "5f0c", "name": "www.example", "type": "A", "ttl": 300, "content": "192.0.2.80"}),
    record({"zoneId": "5f0c", "name": "www.example", "type": "CAA", "ttl": 300, "content": "",
            "data": {"flags": 0.0, "tag": "issue", "value": "x.example"}}),
    zone_content(*APEX),
    Declared("hcloud:index/zone:Zone", "y.example", {"name": "y.example", "mode": "primary", "ttl": 300}),
    Declared("freifunk:index:ManualDelegation", "z", {
        "parent": "musterstadt.example.", "child": "z.musterstadt.example.",
        "content": "z.musterstadt.example. 300 IN NS a.example.\nz.musterstadt.example. 300 IN NS b.example.\n",
    }),
    Declared("hcloud:index/rdns:Rdns", "sn5", {"primaryIpId": 7, "ipAddress": "203.0.113.11", "dnsPtr": "a."}),
)  # fmt: skip
MUST_BE_KNOWN = {
    "hcloud:index/server:Server": {"name", "serverType", "image", "location"},
    "hcloud:index/primaryIp:PrimaryIp": {"name", "location"},
    "hcloud:index/firewall:Firewall": {
        "name", "rules", "rules[0]", "rules[0].direction", "rules[0].protocol", "rules[0].port",
        "rules[0].sourceIps", "rules[0].sourceIps[0]",
    },
    "hcloud:index/zone:Zone": {"name"},
    "hcloud:index/zoneRrset:ZoneRrset": {
        "zone", "name", "type", "ttl", "records", "records[0]", "records[0].value",
    },
    "freifunk:index:ZoneContent": {"zone", "content"},
    "freifunk:index:ManualDelegation": {"parent", "content"},
}  # fmt: skip


def _hidden(value: Any, mark: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every way to hide one part of a value: its path, and the whole with that part hidden."""
    if path:
        yield path, mark
    parts: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        step = f"[{key}]" if isinstance(key, int) else f"{'.' if path else ''}{key}"
        for inner, masked in _hidden(part, mark, f"{path}{step}"):
            whole = copy.copy(value)
            whole[key] = masked
            yield inner, whole


@pytest.mark.parametrize("mark", [UNKNOWN_VALUE, SECRET_MARK])
@pytest.mark.parametrize("one", RESOURCES, ids=lambda one: one.kind.rsplit(":", 1)[-1])
def test_nothing_hidden_breaks_a_rule_or_passes_where_it_must_be_known(one: Declared, mark: str) -> None:
    shown = {**one.inputs}
    passing = set()
    for path, inputs in _hidden(shown, mark):
        for old in (None, shown):
            operation = Operation.CREATE if old is None else Operation.UPDATE
            verdict = evaluate(context([change(operation, one.kind, one.name, old, inputs)]))
            if not verdict.blocked:
                passing.add(path)
    must = MUST_BE_KNOWN.get(one.kind, set())
    assert not passing & must
