"""``ffinfra failover`` with the parent at Hetzner: the real engine, the lab's plugin and API, the knotd behind it.

The zone is signed and its fallback keeps the signatures, so the parent holds NS, glue and DS of it all the time. One
run of everything: made, switched there, its state lost and made anew, switched back.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ffinfra.lab.plugins.package import install
from tests.dns.delegation.signed_world import FALLBACK, OWN, PARENT, PARENT_ZONE, ZONE, ZONE_TEXT, serve
from tests.failover.isolated_night import STACK, IsolatedNight, make_night
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.lab.plugins.clouds import HCLOUD_TOKEN
from tests.lab.plugins.engine import REPOSITORY, pulumi

pytestmark = [pytest.mark.full, pytest.mark.long]

API = "http://127.0.0.1:18081/v1"
MANAGEMENT = "http://127.0.0.1:18083"
CHILD = ZONE.removesuffix(f".{PARENT_ZONE}")
RRSETS = f"/zones/{PARENT_ZONE[:-1]}/rrsets"
OWN_NAMES = [f"ns{at}.{ZONE}" for at in (1, 2)]
FALLBACK_NAMES = [f"ns{at}.provider.{PARENT_ZONE}" for at in (1, 2)]
GLUE = {(f"ns{at}.{CHILD}", "A"): [one] for at, one in enumerate(OWN, 1)}


@dataclass(frozen=True)
class Hetzner:
    """The parent at Hetzner: its API, and the nameserver behind it."""

    isolated: Isolation

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API."""
        told = ("-d", json.dumps(body)) if body is not None else ()
        heads = ("-H", f"Authorization: Bearer {HCLOUD_TOKEN}", "-H", "Content-Type: application/json")
        command = ("curl", "-sS", "--fail-with-body", *heads, "-X", method, *told, f"{API}{path}")
        return json.loads(self.isolated.run(*command).stdout)

    def delegation(self) -> dict[tuple[str, str], list[str]]:
        """What the API holds of the child: name and type -> values; each with the parent's TTL."""
        rrsets = self.call("GET", f"{RRSETS}?per_page=50")["rrsets"]
        ours = [one for one in rrsets if one["name"] == CHILD or one["name"].endswith(f".{CHILD}")]
        assert {one["ttl"] for one in ours} == {60}
        return {(one["name"], one["type"]): sorted(each["value"] for each in one["records"]) for one in ours}

    def says(self) -> list[str]:
        """What the nameserver says of the child: the referral with its glue, and the DS."""
        lines: list[str] = []
        for rdtype in ("NS", "DS"):
            asked = ("kdig", f"@{PARENT}", ZONE, rdtype, "+norecurse", "+noheader", "+noquestion", "+nostats")
            lines += self.isolated.run(*asked).stdout.splitlines()
        records = (line.split() for line in lines if line and not line.startswith(";"))
        found = (f"{one[0]} {one[1]} {one[3]} {' '.join(one[4:])}" for one in records if one[3] != "SOA")
        return sorted(found)

    def changed_by(self) -> list[str]:
        """The calls since the last question that were no mere question, sorted."""
        calls = json.loads(self.isolated.run("curl", "-sSf", f"{MANAGEMENT}/history").stdout)["calls"]
        self.isolated.run("curl", "-sSf", "-X", "DELETE", f"{MANAGEMENT}/history")
        return sorted(f"{call['method']} {call['path']}" for call in calls if call["method"] != "GET")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Hetzner, IsolatedNight, str]]:
    """The parent at Hetzner without the child, the child's nameservers on both sides, and a project; and the DS."""
    needs("knotd", "keymgr", "kdig", "curl")
    # Sockets lie in the folder, whose path must be short.
    with tempfile.TemporaryDirectory(prefix="clouds-") as short, isolation() as isolated:
        hetzner = _hetzner(isolated, Path(short))
        ds = serve(isolated, tmp_path / "own", ZONE, ZONE_TEXT, OWN, signed=True).split(" DS ", 1)[1]
        signed = tmp_path / "own" / "zones" / f"{ZONE[:-1]}.zone"
        text = awaited(lambda: _with_signatures(signed), 60, "the signed zone")
        serve(isolated, tmp_path / "fallback", ZONE, text, FALLBACK, signed=False)
        variables = {"HCLOUD_ENDPOINT": API, "HCLOUD_TOKEN": HCLOUD_TOKEN}
        night = make_night(isolated, tmp_path, _declared(ds), variables=variables)
        home = Path(night.project.environment["PULUMI_HOME"])
        install(home, pulumi=pulumi(), python=REPOSITORY / ".venv" / "bin" / "python")
        yield hetzner, night, ds


def _hetzner(isolated: Isolation, folder: Path) -> Hetzner:
    """Start the clouds, and make the parent zone with what is no delegation of ours."""
    settings = {
        "state_directory": str(folder / "state"),
        "hetzner": {
            "token": HCLOUD_TOKEN,
            "action_seconds": 0,
            "nameservers": [{"name": f"ns.{PARENT_ZONE[:-1]}", "ipv4": PARENT}],
        },
        "cloudflare": {
            "token": "c" * 40,
            "account_id": "0" * 32,
            "nameservers": [{"name": "ada.ns.cloudflare.example", "ipv4": "127.0.1.9"}],
        },
        "faults": {"profile": "off"},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    command = ("env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", "ffinfra.lab.clouds")
    log = folder / "log"
    isolated.start(*command, "--settings", str(folder / "settings.json"), log=log)
    awaited(lambda: "ready" in log.read_text() or None, 120, "the clouds")
    hetzner = Hetzner(isolated)
    addresses = {"ns": PARENT, "ns1.provider": FALLBACK[0], "ns2.provider": FALLBACK[1]}
    rrsets = [{"name": name, "type": "A", "records": [{"value": one}]} for name, one in addresses.items()]
    hetzner.call(
        "POST", "/zones", {"name": PARENT_ZONE[:-1], "mode": "primary", "ttl": 300, "rrsets": rrsets}
    )
    return hetzner


def _with_signatures(file: Path) -> str | None:
    text = file.read_text()
    return text if "RRSIG" in text and "NSEC" in text else None


def _declared(ds: str) -> dict[str, Any]:
    """What ``dns/delegations.yaml`` would hold."""
    fallback = [{"name": name[:-1], "ipv4": one} for name, one in zip(FALLBACK_NAMES, FALLBACK, strict=True)]
    return {
        "parent": {"zone": PARENT_ZONE[:-1], "backend": "hetzner", "ttl": 60},
        "nameservers": {
            "own": [{"name": name[:-1], "ipv4": one} for name, one in zip(OWN_NAMES, OWN, strict=True)],
            "fallback": fallback,
        },
        "fallback_backend": "friend",
        "zones": [
            {"zone": ZONE[:-1], "signed": "own", "ds": [ds],
             "fallback": {"backend": "friend", "keeps_signatures": True}}
        ],
    }  # fmt: skip


def _said(names: list[str], ds: str, addresses: dict[str, str]) -> list[str]:
    """What the parent's nameserver is to say."""
    tag, algorithm, kind, digest = ds.split()
    lines = [
        *(f"{ZONE} 60 NS {name}" for name in names),
        f"{ZONE} 60 DS {tag} {algorithm} {kind} {digest.upper()}",
    ]
    return sorted([*lines, *(f"{name} {address}" for name, address in addresses.items())])


def test_there_and_back_and_made_anew_between(world: tuple[Hetzner, IsolatedNight, str]) -> None:
    hetzner, night, ds = world
    hetzner.changed_by()
    own_glue = {f"{name} 60 A": one for name, one in zip(OWN_NAMES, OWN, strict=True)}
    their_addresses = {f"{name} 300 A": one for name, one in zip(FALLBACK_NAMES, FALLBACK, strict=True)}

    told, said = night.failover("primary", "--approve", "--force")
    assert "not-delegated: the zone is not delegated in net.example." in said
    assert (told["changed"], told["converged"]) == (True, True), said
    at_rest = {(CHILD, "NS"): OWN_NAMES, (CHILD, "DS"): [ds], **GLUE}
    assert hetzner.delegation() == at_rest
    assert hetzner.says() == _said(OWN_NAMES, ds, own_glue)
    assert hetzner.changed_by() == [f"POST {RRSETS}"] * 4

    told, said = night.failover("fallback", "--approve")
    assert (told["changed"], told["converged"], told["eta_seconds"]) == (True, True, 360), said
    assert hetzner.delegation() == {(CHILD, "NS"): FALLBACK_NAMES, (CHILD, "DS"): [ds]}
    assert hetzner.says() == _said(FALLBACK_NAMES, ds, their_addresses)
    assert hetzner.changed_by() == [
        *(f"DELETE {RRSETS}/{name}/A" for name, _ in GLUE),
        f"POST {RRSETS}/{CHILD}/NS/actions/set_records",
        f"PUT {RRSETS}/{CHILD}/NS",
    ]

    gone = night.project.pulumi("stack", "rm", STACK, "--force", "--preserve-config", "--yes")
    assert gone[0] == 0, gone
    _, said = night.ffinfra("failover", "--rebuild", "--approve", "--hints", "named.root", "--no-ipv6")
    assert "the parent is at mode fallback, trust published" in said
    assert "taken over as they stand: 2 resources; to be made: 0" in said
    assert hetzner.changed_by() == []

    told, said = night.failover("primary", "--approve")
    assert (told["changed"], told["converged"]) == (True, True), said
    assert hetzner.delegation() == at_rest
    assert hetzner.says() == _said(OWN_NAMES, ds, own_glue)
