"""A lab for the drills of ``ffinfra failover``: a checkout with small zones, its command line, its clouds."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ffinfra.dns.backends.hetzner import hetzner_rrsets
from ffinfra.dns.zone_writing import master_file
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.standing import Lab, find
from ffinfra.lab.topology import MANAGEMENT_PORT, RESOLVER
from ffinfra.report.runbook.command_lines import CLOUDFLARE_API
from ffinfra.stack import read_declarations
from tests.lab.checkout import make_checkout

ZONES = ("ff.musterstadt.example", "mesh.musterstadt.example")
PARENT_ID = "5f0c1d3a9b7e4c2d8a6b0e9f1c3d5a7b"
SECONDS = 120
"""For any command."""

_HETZNER = (
    "curl -sS --fail-with-body -H 'Content-Type: application/json' -H \"Authorization: Bearer $HCLOUD_TOKEN\""
)
_ZONE = """\
$TTL 600
@ IN SOA ns1.mesh.musterstadt.example. noc.ff.musterstadt.example. 1 14400 3600 1209600 600
@ IN NS ns1.mesh.musterstadt.example.
@ IN NS ns2.mesh.musterstadt.example.
@ IN NS ns3.mesh.musterstadt.example.
@ IN NS hydrogen.ns.hetzner.example.
@ IN NS oxygen.ns.hetzner.example.
@ IN NS helium.ns.hetzner.example.
@ IN A 203.0.113.65
@ IN TXT "v=spf1 -all"
www IN CNAME @
"""


@dataclass(frozen=True)
class Night:
    """A lab that stands."""

    folder: Path

    @property
    def lab(self) -> Lab:
        """The lab that stands in the checkout."""
        found = find(LabPlaces(self.folder))
        assert found is not None
        return found

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call ``ffinfra`` with arguments."""
        return subprocess.run(
            [sys.executable, "-m", "ffinfra.cli", *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip

    def inside(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same inside the lab."""
        return self._within([sys.executable, "-m", "ffinfra.cli", *arguments])

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """The same, in a session of its own, without waiting for its end."""
        lab = self.lab
        command = lab.namespace.command([sys.executable, "-m", "ffinfra.cli", *arguments], self.work)
        return subprocess.Popen(
            command, env=dict(lab.environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def failover(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``ffinfra failover`` with the lab's resolver as the one to watch."""
        return self.inside("failover", "--resolver", str(RESOLVER), "--json", *arguments)

    def shell(self, text: str) -> subprocess.CompletedProcess[str]:
        """Lines for a shell inside the lab, with its tokens in the environment."""
        return self._within(["bash", "-e", "-c", text])

    @property
    def work(self) -> Path:
        """The copy of the project that the lab works in."""
        return self.folder / ".lab" / "work"

    @property
    def state(self) -> Path:
        """The state of the stack ``failover``."""
        return self.folder / ".lab" / "state" / ".pulumi" / "stacks" / "ffinfra" / "failover.json"

    @property
    def settings(self) -> Path:
        """Where the mode is."""
        return self.work / "Pulumi.failover.yaml"

    def fill_the_fallback(self) -> None:
        """Make the zones at Hetzner as somebody did whose state is lost."""
        for zone in read_declarations(self.work).zones:
            rrsets = [
                {"name": one.name, "type": one.type, "ttl": one.ttl,
                 "records": [{"value": value} for value in one.values]}
                for one in hetzner_rrsets(zone.zone)
            ]  # fmt: skip
            body = {"name": zone.declaration.zone, "mode": "primary", "ttl": zone.zone.soa.minimum}
            told = shlex.quote(json.dumps({**body, "rrsets": rrsets}))
            self.until_done(f'{_HETZNER} -d {told} "$HCLOUD_ENDPOINT/zones"')

    def at_the_fallback(self, method: str, path: str, body: object = None) -> None:
        """Change an RRset of the mesh's zone at Hetzner behind the stack's back."""
        told = f"-d {shlex.quote(json.dumps(body))}" if body is not None else ""
        address = f"$HCLOUD_ENDPOINT/zones/mesh.musterstadt.example/rrsets{path}"
        self.until_done(f'{_HETZNER} -X {method} {told} "{address}"')

    def until_done(self, text: str) -> None:
        """Lines for a shell, typed again where the API answers with a fault."""
        for _ in range(8):
            done = self.shell(text)
            if done.returncode == 0:
                return
        raise AssertionError(done.stdout + done.stderr)

    def typed_lines(self) -> list[str]:
        """The runbook's groups of lines for the parent: there and back, zone by zone."""
        found = re.findall(r"```\n(R=.*?)```", self.inside("runbook").stdout, re.DOTALL)
        return [lines.replace(CLOUDFLARE_API, "$CLOUDFLARE_BASE_URL") for lines in found]

    def records(self) -> dict[str, str]:
        """Identifier -> value of every record of the parent, as the API has them."""
        path = f"zones/{PARENT_ID}/dns_records?per_page=100"
        ask = 'curl -sSf --retry 9 -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN"'
        done = self.shell(f'{ask} "$CLOUDFLARE_BASE_URL/{path}"')
        assert done.returncode == 0, done.stderr
        listed: list[dict[str, Any]] = json.loads(done.stdout)["result"]
        return {one["id"]: f"{one['name']} {one['type']} {one['content']}" for one in listed}

    def parent_answers(self, status: int, times: int) -> None:
        """Let the parent's API answer that the next calls fail."""
        answer = {"status": status, "body": {"success": False, "errors": [], "messages": [], "result": None},
                  "headers": {"retry-after": "1"}}  # fmt: skip
        self._manage("-d", json.dumps({"api": "cloudflare", "times": times, "answer": answer}))

    def faults_left(self) -> list[object]:
        """What was ordered and has not struck."""
        return list(json.loads(self._manage())["scripted"])

    def _manage(self, *arguments: str) -> str:
        address = f"http://127.0.0.1:{MANAGEMENT_PORT}/faults"
        done = self._within(["curl", "-sSf", *arguments, address])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _within(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        lab = self.lab
        return subprocess.run(
            lab.namespace.command(command, self.work), env=dict(lab.environment), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip


@dataclass(frozen=True)
class OwnNameserver:
    """A knotd in the lab that answers at addresses of our own nameservers."""

    night: Night
    folder: Path
    addresses: tuple[str, ...]

    def start(self, serial: int) -> None:
        """Serve all zones as they are declared, with a serial."""
        (self.folder / "run").mkdir(parents=True)
        zones = "".join(f"  - domain: {zone}\n" for zone in ZONES)
        (self.folder / "knot.conf").write_text(
            f"server:\n    rundir: {self.folder}/run\n    listen: [{', '.join(self.addresses)}]\n"
            f"database:\n    storage: {self.folder}/db\n"
            f'template:\n  - id: default\n    storage: {self.folder}\n    file: "%s.zone"\n'
            f"    zonefile-sync: -1\n    zonefile-load: whole\nzone:\n{zones}"
        )
        self._write(serial)
        self._must(f"knotd -c {self.folder}/knot.conf -d")
        self._control("-b zone-reload")

    def bring(self, serial: int) -> None:
        """Serve another serial."""
        self._write(serial)
        self._control("-b zone-reload")

    def stop(self) -> None:
        """End it."""
        self._control("-b stop")

    def _write(self, serial: int) -> None:
        for zone in read_declarations(self.night.work).zones:
            text = master_file(replace(zone.zone, soa=replace(zone.zone.soa, serial=serial)), "For a drill.")
            (self.folder / f"{zone.declaration.zone}.zone").write_text(text)

    def _control(self, words: str) -> None:
        self._must(f"knotc -c {self.folder}/knot.conf {words}")

    def _must(self, text: str) -> None:
        done = self.night.shell(text)
        assert done.returncode == 0, done.stdout + done.stderr


def make_night(folder: Path, declared: Sequence[Mapping[str, object]] | None = None) -> Night:
    """Set a lab up in a checkout of its own; ``lab down`` is the caller's.

    Args:
        folder: of the checkout.
        declared: the zones of its ``dns/delegations.yaml``; None leaves the sample's.
    """
    night = Night(make_checkout(folder))
    if declared is not None:
        file = night.folder / "dns" / "delegations.yaml"
        file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "zones": list(declared)}))
    for zone in ZONES:
        (night.folder / "dns" / "zones" / f"{zone}.zone").write_text(f"$ORIGIN {zone}.\n{_ZONE}")
    up = night.run("lab", "up")
    assert up.returncode == 0, up.stderr
    return night
