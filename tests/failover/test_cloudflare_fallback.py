"""``ffinfra failover`` to a zone at Cloudflare, record by record, and back; the parent is at Hetzner."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dns.delegation.signed_world import FALLBACK, OWN, PARENT_ZONE, ZONE, serve
from tests.failover.hetzner_parent import API, CHILD, Hetzner, hetzner_parent
from tests.failover.isolated_night import IsolatedNight, make_night
from tests.hosts.isolation import isolation, needs
from tests.lab.plugins.clouds import CLOUDFLARE_TOKEN, HCLOUD_TOKEN

pytestmark = [pytest.mark.full, pytest.mark.long]

ZONE_ID = "0123456789abcdef0123456789abcdef"
OWN_NAMES = [f"ns{at}.{ZONE}" for at in (1, 2)]
CLOUDFLARE_NAMES = [f"ns{at}.provider.{PARENT_ZONE}" for at in (1, 2)]
SERVERS = [{"name": name[:-1], "ipv4": one} for name, one in zip(CLOUDFLARE_NAMES, FALLBACK, strict=True)]
TEXT = f"""\
$ORIGIN {ZONE}
$TTL 300
@ SOA ns1 h 1 14400 3600 1209600 300
@ NS ns1
@ NS ns2
@ NS {CLOUDFLARE_NAMES[0]}
@ NS {CLOUDFLARE_NAMES[1]}
ns1 A {OWN[0]}
ns2 A {OWN[1]}
www A 192.0.2.80
www AAAA 2001:db8::80
@ TXT "v=spf1 -all"
@ MX 10 mail.{ZONE}
mail A 192.0.2.25
@ CAA 0 issue "ca.example"
_sip._tcp SRV 1 2 5060 www
"""


HELD = sorted(
    [
        f"_sip._tcp.{ZONE[:-1]} SRV 2 5060 www.{ZONE[:-1]}",
        f'{ZONE[:-1]} CAA 0 issue "ca.example"',
        f"{ZONE[:-1]} MX mail.{ZONE[:-1]}",
        f'{ZONE[:-1]} TXT "v=spf1 -all"',
        f"mail.{ZONE[:-1]} A 192.0.2.25",
        f"ns1.{ZONE[:-1]} A {OWN[0]}",
        f"ns2.{ZONE[:-1]} A {OWN[1]}",
        f"www.{ZONE[:-1]} A 192.0.2.80",
        f"www.{ZONE[:-1]} AAAA 2001:db8::80",
    ]
)
"""What Cloudflare is to hold, in the form of its API, sorted."""


@dataclass(frozen=True)
class World:
    """Both clouds, and a project."""

    hetzner: Hetzner
    night: IsolatedNight

    def at_cloudflare(self) -> list[str]:
        """What Cloudflare's API holds of the zone: name, type and content, sorted."""
        heads = ("-H", f"Authorization: Bearer {CLOUDFLARE_TOKEN}")
        address = f"http://127.0.0.1:18082/client/v4/zones/{ZONE_ID}/dns_records?per_page=100"
        said = self.hetzner.isolated.run("curl", "-sSf", *heads, address).stdout
        listed: list[dict[str, Any]] = json.loads(said)["result"]
        assert not any(one["proxied"] for one in listed)
        return sorted(f"{one['name']} {one['type']} {one['content']}" for one in listed)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The parent at Hetzner without the child, the child's own nameservers, and an empty zone at Cloudflare."""
    needs("knotd", "kdig", "curl")
    with tempfile.TemporaryDirectory(prefix="clouds-") as short, isolation() as isolated:
        held = {"nameservers": SERVERS, "zones": [{"id": ZONE_ID, "name": ZONE[:-1]}]}
        hetzner = hetzner_parent(isolated, Path(short), cloudflare=held)
        serve(isolated, tmp_path / "own", ZONE, TEXT, OWN, signed=False)
        variables = {
            "HCLOUD_ENDPOINT": API,
            "HCLOUD_TOKEN": HCLOUD_TOKEN,
            "CLOUDFLARE_BASE_URL": "http://127.0.0.1:18082/client/v4",
            "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
        }
        night = make_night(isolated, tmp_path, DECLARED, variables=variables)
        (night.project.root / "dns" / "zones" / f"{ZONE[:-1]}.zone").write_text(TEXT)
        night.install_plugins()
        yield World(hetzner, night)


DECLARED = {
    "parent": {"zone": PARENT_ZONE[:-1], "backend": "hetzner", "ttl": 60},
    "nameservers": {
        "own": [{"name": name[:-1], "ipv4": one} for name, one in zip(OWN_NAMES, OWN, strict=True)],
        "fallback": SERVERS,
    },
    "fallback_backend": "hetzner",
    "zones": [
        {
            "zone": ZONE[:-1],
            "fallback": {"backend": "cloudflare", "zone_id": ZONE_ID, "nameservers": SERVERS},
        }
    ],
}
"""What ``dns/delegations.yaml`` would hold."""


def test_there_and_back(world: World) -> None:
    hetzner, night = world.hetzner, world.night
    at_rest = {(CHILD, "NS"): OWN_NAMES, **{(f"ns{at}.{CHILD}", "A"): [one] for at, one in enumerate(OWN, 1)}}
    away = {(CHILD, "NS"): CLOUDFLARE_NAMES}

    told, said = night.failover("primary", "--approve", "--force")
    assert (told["changed"], told["converged"]) == (True, True), said
    assert f"records of {ZONE} at Cloudflare: RRsets: 9 added; 9 records, none of ours before" in said
    assert world.at_cloudflare() == HELD
    assert hetzner.delegation() == at_rest

    told, said = night.failover("fallback", "--approve")
    assert (told["changed"], told["converged"], told["forced"]) == (True, True, False), said
    assert f"READY {ZONE} to fallback: at most" in said
    assert (hetzner.delegation(), world.at_cloudflare()) == (away, HELD)

    told, said = night.failover("primary", "--approve")
    assert (told["changed"], told["converged"], told["forced"]) == (True, True, False), said
    assert (hetzner.delegation(), world.at_cloudflare()) == (at_rest, HELD)
