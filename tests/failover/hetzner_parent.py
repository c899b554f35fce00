"""The parent zone at Hetzner, in a namespace with a test's own nameservers: the lab's clouds, and what they say."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.dns.delegation.signed_world import FALLBACK, PARENT, PARENT_ZONE, ZONE
from tests.hosts.isolation import Isolation, awaited
from tests.lab.plugins.clouds import CLOUDFLARE_TOKEN, HCLOUD_TOKEN
from tests.lab.plugins.engine import REPOSITORY

API: Final = "http://127.0.0.1:18081/v1"
MANAGEMENT: Final = "http://127.0.0.1:18083"
CHILD: Final = ZONE.removesuffix(f".{PARENT_ZONE}")
RRSETS: Final = f"/zones/{PARENT_ZONE[:-1]}/rrsets"


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


def hetzner_parent(
    isolated: Isolation, folder: Path, *, cloudflare: Mapping[str, object] | None = None
) -> Hetzner:
    """Start the clouds, and make the parent zone with what is no delegation of ours.

    Args:
        isolated: the namespace.
        folder: for what belongs to the clouds; sockets lie in it, so its path must be short.
        cloudflare: other nameservers of Cloudflare, and zones that it holds.
    """
    settings = {
        "state_directory": str(folder / "state"),
        "hetzner": {
            "token": HCLOUD_TOKEN,
            "action_seconds": 0,
            "nameservers": [{"name": f"ns.{PARENT_ZONE[:-1]}", "ipv4": PARENT}],
        },
        "cloudflare": {
            "token": CLOUDFLARE_TOKEN,
            "account_id": "0" * 32,
            "nameservers": [{"name": "ada.ns.cloudflare.example", "ipv4": "127.0.1.9"}],
            **(cloudflare or {}),
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
