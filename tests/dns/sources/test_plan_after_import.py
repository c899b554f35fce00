"""Zones are imported from everywhere into dns/zones; once their holders are imported, the engine changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ffinfra.failover import rebuilding
from ffinfra.failover.held import Wanted, list_held
from ffinfra.gate import engine as gate_engine
from ffinfra.lab.plugins.package import install
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot
from tests.lab.clouds.cloudflare_records import PLACE
from tests.lab.plugins.clouds import PARENT, PARENT_ID, Clouds, running
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = [pytest.mark.full, pytest.mark.long]

SERVED = """\
$TTL 600
@ SOA ns1 hostmaster 5 14400 3600 1209600 300
@ NS ns1
@ NS ns.friend.example.
ns1 A 192.0.2.1
www 60 CNAME ns1
text TXT "semi;colon" "two strings"
"""
AT_HETZNER = [
    ("www", "A", 60, ["192.0.2.1", "192.0.2.2"]),
    ("@", "MX", 3600, ["10 mail.octo.example."]),
    ("text", "TXT", 600, ['"v=spf1 -all"']),
]
OCTODNS = """\
'':
  - {type: MX, ttl: 3600, values: [{preference: 10, exchange: mail.octo.example.}]}
text: {type: TXT, ttl: 600, value: v=spf1 -all}
www: {type: A, ttl: 60, values: [192.0.2.1, 192.0.2.2]}
"""
AT_CLOUDFLARE: list[dict[str, object]] = [
    {"name": "www", "type": "A", "content": "192.0.2.1", "ttl": 600},
    {"name": "@", "type": "MX", "content": f"www.{PARENT}", "priority": 10, "ttl": 300},
    {"name": "_xmpp._tcp", "type": "SRV", "ttl": 60,
     "data": {"priority": 1, "weight": 2, "port": 5222, "target": f"www.{PARENT}"}},
    {"name": "www", "type": "HTTPS", "ttl": 300, "data": {"priority": 1, "target": ".", "value": 'alpn="h2"'}},
    {"name": "_uri", "type": "URI", "ttl": 300, "priority": 10,
     "data": {"weight": 1, "target": f"https://www.{PARENT}/"}},
    {"name": "sip", "type": "NAPTR", "ttl": 300,
     "data": {"order": 1, "preference": 2, "flags": "S", "service": "SIP+D2U", "regex": "",
              "replacement": f"_sip._udp.{PARENT}"}},
    {"name": "_443._tcp.www", "type": "SMIMEA", "ttl": 300,
     "data": {"usage": 3, "selector": 1, "matching_type": 1, "certificate": "12" * 32}},
    {"name": "mast", "type": "LOC", "ttl": 300, "data": PLACE},
]  # fmt: skip

PROGRAM = f"""\
import sys
from pathlib import Path
sys.path.insert(0, {str(REPOSITORY)!r})
import pulumi
from components.zones.cloudflare import CloudflareZone, CloudflareZoneConfig
from components.zones.hetzner import HetznerZone, HetznerZoneConfig
from ffinfra.dns.master_file import read_zone
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.zone_text import content_of, content_text

def declared(name):
    return read_zone(Path(f"dns/zones/{{name}}.zone"), f"{{name}}.", include_root=Path("dns")).zone

class ZoneContent(pulumi.CustomResource):
    def __init__(self, name):
        zone = declared(name)
        inputs = {{
            "zone": zone.origin, "content": content_text(content_of(zone)),
            "soa": SoaSettings.of(zone.soa).mapping(),
            "server": {{"address": "127.0.0.1", "port": int(Path("port").read_text())}},
            "tsig": pulumi.Output.secret(
                {{"name": {KEY_NAME!r}, "algorithm": {KEY_ALGORITHM!r}, "secret": {KEY_SECRET!r}}}),
        }}
        super().__init__("freifunk:index:ZoneContent", name, inputs)

for name in ("axfr.example", "bind.example"):
    ZoneContent(name)
for name in ("mesh.example", "octo.example"):
    HetznerZone(name, HetznerZoneConfig(zone=declared(name), as_found=True))
CloudflareZone({PARENT!r}, CloudflareZoneConfig(zone=declared({PARENT!r}), zone_id={PARENT_ID!r}))
"""


@dataclass(frozen=True)
class World:
    """Three holders of zones, and a project that knows none of them yet."""

    engine: Engine
    clouds: Clouds
    knot: Knot

    def take(self, zone: str, *source: str) -> None:
        """``ffinfra dns import`` into the project's dns/zones."""
        command = [sys.executable, "-m", "ffinfra.cli", "dns", "import", zone, *source]
        done = subprocess.run(
            [*command, "--project", str(self.engine.project)], cwd=REPOSITORY, env=self.engine.environment,
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def identifier(self, wanted: Wanted) -> str | None:
        """Of what the program declares, as its holder knows it."""
        if wanted.type == "freifunk:index:ZoneContent":
            return f"{wanted.name}@{self.knot.address}@{self.knot.port}"
        return list_held([wanted], self.engine.environment).identifier(wanted)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        clouds = stack.enter_context(running(tmp_path))
        (tmp_path / "knot").mkdir()
        zones = {"axfr.example.": SERVED, "bind.example.": SERVED}
        knot = stack.enter_context(running_knot(tmp_path / "knot", zones))
        key = f"{KEY_ALGORITHM}:{KEY_NAME}:{KEY_SECRET}"
        engine = Engine(tmp_path / "engine", {**clouds.variables, "FFINFRA_IMPORT_TSIG": key})
        install(engine.home, pulumi=engine.cli, python=REPOSITORY / ".venv" / "bin" / "python")
        plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
        project = {"name": "ffinfra", "runtime": "python", "plugins": plugins}
        (engine.project / "Pulumi.yaml").write_text(json.dumps(project))
        shutil.copy(REPOSITORY / "Pulumi.prod.yaml", engine.project)
        (engine.project / "port").write_text(str(knot.port))
        engine.init()
        yield World(engine, clouds, knot)


def test_a_plan_with_no_change_after_an_import_from_everywhere(world: World) -> None:
    for zone in ("mesh.example", "octo.example"):
        rrsets = [{"name": name, "type": kind, "ttl": ttl, "records": [{"value": one} for one in values]}
                  for name, kind, ttl, values in AT_HETZNER]  # fmt: skip
        world.clouds.call("POST", "/zones", {"name": zone, "mode": "primary", "rrsets": rrsets})
    for record in AT_CLOUDFLARE:
        world.clouds.call_cloudflare("POST", f"/zones/{PARENT_ID}/dns_records", record)
    world.clouds.asked()

    octodns, bind = world.engine.folder / "octo.yaml", world.engine.folder / "bind.zone"
    octodns.write_text(OCTODNS)
    bind.write_text(SERVED)
    world.take("axfr.example", "--axfr", f"{world.knot.address}@{world.knot.port}")
    world.take("bind.example", "--file", str(bind))
    world.take("mesh.example", "--hetzner")
    world.take("octo.example", "--octodns", str(octodns))
    world.take(PARENT, "--cloudflare", PARENT_ID)

    world.engine.program(PROGRAM)
    engine = gate_engine.Engine(world.engine.project, "test", world.engine.environment)
    missing = rebuilding.find_missing(engine)
    document = rebuilding.import_document(missing, world.identifier)
    found, absent = rebuilding.taken(missing, document)
    assert (len(found), absent) == (2 + 2 * (1 + len(AT_HETZNER)) + len(AT_CLOUDFLARE), ())
    rebuilding.take_over(engine, document, [one.urn for one in found if one.protect])
    world.engine.run("preview", "--refresh", "--expect-no-changes")
    assert {call.split(" ")[0] for call in world.clouds.asked()} == {"GET"}

    changed = world.engine.project / "dns" / "zones" / "octo.example.zone"
    changed.write_text(changed.read_text().replace("192.0.2.2", "192.0.2.3"))
    assert world.engine.steps() == {"octo.example www A": "update"}
