"""The runbook's lines typed into a real shell, against the clouds' APIs and a real primary: there and back."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.wire.delegation import read_delegation
from ffinfra.dns.wire.server import Server
from ffinfra.report.document import Code
from ffinfra.report.runbook.command_lines import CLOUDFLARE_API, HETZNER_API
from ffinfra.report.runbook.content import runbook
from tests.daemons.knot import KEY_NAME, KEY_SECRET, running_knot
from tests.dns.delegation.samples import DS, signed
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench
from tests.report.samples import declarations

NAME = "mesh.musterstadt.example"
OWN = [
    f"{NAME} NS ns1.{NAME}",
    f"{NAME} NS ns2.{NAME}",
    f"ns1.{NAME} A 192.0.2.1",
    f"ns1.{NAME} AAAA 2001:db8::1",
    f"ns2.{NAME} A 192.0.2.2",
]
AT_REST = [
    ("mesh", "NS", [f"ns1.{NAME}.", f"ns2.{NAME}."]),
    ("mesh", "DS", [DS]),
    ("ns1.mesh", "A", ["192.0.2.1"]),
    ("ns1.mesh", "AAAA", ["2001:db8::1"]),
    ("ns2.mesh", "A", ["192.0.2.2"]),
]
FALLBACK = [f"{NAME} NS ns1.provider.example", f"{NAME} NS ns2.provider.example"]
SERVERS = {
    "own": [
        {"name": f"ns1.{NAME}", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1"},
        {"name": f"ns2.{NAME}", "ipv4": "192.0.2.2"},
    ],
    "fallback": [
        {"name": "ns1.provider.example", "ipv4": "198.51.100.1"},
        {"name": "ns2.provider.example", "ipv4": "198.51.100.2"},
    ],
}


def declared(parent: dict[str, Any], *zones: dict[str, Any]) -> Delegations:
    """Delegations below the clouds' parent zone."""
    return Delegations.model_validate(
        {
            "parent": {"zone": "musterstadt.example", "ttl": 300, **parent},
            "nameservers": SERVERS,
            "fallback_backend": "hetzner",
            "zones": zones,
        }
    )


def typed(delegations: Delegations, changing: str) -> list[list[str]]:
    """The runbook's groups of lines that change the parent."""
    document = runbook(declarations(delegations), (), datetime(2026, 3, 1, tzinfo=UTC))
    groups = [list(block.lines) for block in document.blocks if isinstance(block, Code)]
    return [lines for lines in groups if any(changing in line for line in lines)]


def at_clouds(bench: Bench, groups: list[list[str]]) -> list[list[str]]:
    """The same lines for the clouds of a test."""
    return [
        [
            line.replace(CLOUDFLARE_API, bench.url("cloudflare")).replace(HETZNER_API, bench.url("hetzner"))
            for line in lines
        ]
        for lines in groups
    ]


def shell(lines: list[str], **environment: str) -> None:
    """Type lines into bash."""
    tokens = {"CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN, "HCLOUD_TOKEN": HETZNER_TOKEN}
    done = subprocess.run(
        ["bash", "-e"], input="\n".join(lines), env={"PATH": os.environ["PATH"], **tokens, **environment},
        text=True, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def at_cloudflare(bench: Bench) -> list[str]:
    _, answer = bench.cloudflare("GET", f"/zones/{PARENT_ID}/dns_records?per_page=100")
    return sorted(f"{one['name']} {one['type']} {one['content']}" for one in answer["result"])


def at_hetzner(bench: Bench) -> list[str]:
    _, answer = bench.hetzner("GET", "/zones/musterstadt.example/rrsets?per_page=100")
    found = [one for one in answer["rrsets"] if one["name"] != "@"]
    return sorted(
        f"{one['name']} {one['type']} {record['value']}" for one in found for record in one["records"]
    )


def test_a_parent_at_cloudflare(bench: Bench) -> None:
    delegations = declared({"backend": "cloudflare", "zone_id": PARENT_ID}, {"zone": NAME})
    there, back = at_clouds(bench, typed(delegations, "/batch"))
    other = {"name": "www.musterstadt.example", "type": "A", "content": "192.0.2.7", "ttl": 300}
    bench.cloudflare("POST", f"/zones/{PARENT_ID}/dns_records", other)
    kept = ["www.musterstadt.example A 192.0.2.7"]
    shell(back)
    assert at_cloudflare(bench) == sorted(OWN + kept)
    for _ in range(2):
        shell(there)
        assert at_cloudflare(bench) == sorted(FALLBACK + kept)
    shell(back)
    assert at_cloudflare(bench) == sorted(OWN + kept)


def test_a_listing_that_fails_changes_nothing(bench: Bench) -> None:
    delegations = declared({"backend": "cloudflare", "zone_id": PARENT_ID}, {"zone": NAME})
    there, back = at_clouds(bench, typed(delegations, "/batch"))
    shell(back)
    fault = {"api": "cloudflare", "times": 1, "answer": {"status": 403, "body": {"success": False}}}
    assert bench.management("POST", "/faults", fault)[0] < 300
    with pytest.raises(AssertionError, match="success"):
        shell(there)
    assert at_cloudflare(bench) == sorted(OWN)


def test_a_parent_at_hetzner(bench: Bench) -> None:
    delegations = declared({"backend": "hetzner"}, signed(NAME))
    groups = at_clouds(bench, typed(delegations, "/zones/musterstadt.example/rrsets"))
    bench.made("/zones", {"name": "musterstadt.example", "mode": "primary"}, "zone")
    for name, rdtype, values in AT_REST:
        body = {"name": name, "type": rdtype, "ttl": 300, "records": [{"value": one} for one in values]}
        bench.made("/zones/musterstadt.example/rrsets", body, "rrset")
    at_rest = at_hetzner(bench)
    seen = []
    for lines in groups:
        shell(lines)
        seen.append(at_hetzner(bench))
    out, there, back, into = seen
    unsigned = [one for one in at_rest if " DS " not in one]
    assert len(unsigned) == len(at_rest) - 1
    assert (out, back, into) == (unsigned, unsigned, at_rest)
    assert there == ["mesh NS ns1.provider.example.", "mesh NS ns2.provider.example."]


@pytest.mark.full
def test_a_parent_that_takes_updates(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "nsupdate").symlink_to(shutil.which("nsupdate") or shutil.which("knsupdate") or "")
    zone = (
        "@ 300 SOA ns1.parent.example. noc.parent.example. 1 3600 600 1209600 300\n@ 300 NS ns1.parent.example.\n"
        f"mesh 300 NS ns1.mesh\nmesh 300 NS old.example.\nmesh 300 DS {DS}\nns1.mesh 300 A 192.0.2.99\n"
    )
    (tmp_path / "knot").mkdir()
    with running_knot(tmp_path / "knot", {"musterstadt.example.": zone}) as knot:
        parent = {"backend": "rfc2136", "server": knot.address, "port": knot.port, "key": "parent"}
        groups = typed(declared(parent, signed(NAME)), "nsupdate")
        server = Server(knot.address, knot.port)
        seen = []
        for lines in groups:
            named = [line.replace(":parent:", f":{KEY_NAME}:") for line in lines]
            path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
            shell(named, TSIG_SECRET=KEY_SECRET, PATH=path)
            seen.append(read_delegation(server, "musterstadt.example.", f"{NAME}."))
    standings = [(Mode.PRIMARY, Trust.WITHDRAWN), (Mode.FALLBACK, Trust.WITHDRAWN),
                 (Mode.PRIMARY, Trust.WITHDRAWN), (Mode.PRIMARY, Trust.PUBLISHED)]  # fmt: skip
    delegations = declared(parent, signed(NAME))
    assert seen == [delegation_rrsets(delegations, delegations.zones[0], *one) for one in standings]
