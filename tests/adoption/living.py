"""A living network in the lab, made by hand: servers, addresses, zones at two providers, a knotd."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffinfra.lab.topology import MANAGEMENT_PORT
from tests.failover.lab_night import PARENT_ID, Night
from tests.lab.checkout import make_checkout

PARENT = "musterstadt.example"
MESH, FF = f"mesh.{PARENT}", f"ff.{PARENT}"
SECRET = "b25seSBmb3IgdGVzdHMsIDMyIG9jdGV0cyBsb25nISE="
PRIMARY = "203.0.113.53"
KEYS = {
    "alex laptop": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGT1K24SuZWbQ8Ml4/ADr3vCbdmtebSdKWT80xDuRZs9 alex@laptop",
    "kim": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKEndDATNvDZrtckgH0m2CQt+6vlzL9P7TzkviZDUDik kim@desk",
}
SERVERS = {
    "alpha.mesh": ("ns3", "ccx13"),
    "beta": ("sn6", "ccx13"),
    "gate1": ("sn5", "ccx23"),
}
"""Server -> whose declared addresses the lab gives it, and its type."""

_SOA = f"@ 3600 IN SOA ns1.{MESH}. noc.{MESH}. 7 14400 3600 1209600 600\n"
ZONES = {
    MESH: f"""\
$TTL 3600
{_SOA}@ IN NS ns1
@ IN NS ns2
@ IN TXT "v=spf1 -all"
ns1 IN A 203.0.113.53
ns1 IN AAAA 2001:db8:3:53::1
ns2 IN A 203.0.113.12
ns2 IN AAAA 2001:db8:3:12::1
gate1 IN A 203.0.113.11
gate1 IN AAAA 2001:db8:3:11::1
www 600 IN A 203.0.113.65
""",
    FF: f"""\
$TTL 3600
{_SOA}@ IN NS ns1.{MESH}.
@ IN NS ns2.{MESH}.
@ IN A 203.0.113.65
@ IN MX 10 mail.{FF}.
mail IN A 203.0.113.66
""",
}
COPIES: Mapping[str, list[tuple[str, str, int | None, list[str]]]] = {
    MESH: [
        ("@", "TXT", None, ['"v=spf1 -all"']),
        ("ns1", "A", None, ["203.0.113.53"]),
        ("ns1", "AAAA", None, ["2001:db8:3:53::1"]),
        ("ns2", "A", None, ["203.0.113.12"]),
        ("ns2", "AAAA", None, ["2001:db8:3:12::1"]),
        ("gate1", "A", None, ["203.0.113.11"]),
        ("gate1", "AAAA", None, ["2001:db8:3:11::1"]),
        ("www", "A", 600, ["203.0.113.65"]),
    ],
    FF: [
        ("@", "A", None, ["203.0.113.65"]),
        ("@", "MX", None, [f"10 mail.{FF}."]),
        ("mail", "A", None, ["203.0.113.66"]),
    ],
}
"""The same at Hetzner: name, type, TTL of its own, values."""


@dataclass(frozen=True)
class LivingNetwork:
    """The network, and an empty copy of the project in which it is taken over."""

    night: Night
    project: Path

    @property
    def environment(self) -> dict[str, str]:
        """The lab's tokens, a backend of the takeover's own, and the key of the own primary."""
        return {
            **self.night.lab.environment,
            "PULUMI_BACKEND_URL": f"file://{self.project.parent / 'backend'}",
            "FFINFRA_IMPORT_TSIG": f"hmac-sha256:update:{SECRET}",
        }

    def run(self, *command: str, told: str = "") -> subprocess.CompletedProcess[str]:
        """A command in the copy of the project, inside the lab."""
        return subprocess.run(
            self.night.lab.namespace.command(command, self.project), env=self.environment, input=told,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def adopt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``ffinfra adopt`` with the own primary named."""
        zones = [word for zone in ZONES for word in ("--zone", zone)]
        return self.run(
            sys.executable, "-m", "ffinfra.cli", "adopt", "--knot", PRIMARY, *zones, "--supernode", "gate1",
            *arguments,
        )  # fmt: skip

    def pulumi(self, *arguments: str, told: str = "") -> str:
        """A bare command of the engine, which must succeed."""
        done = self.run("pulumi", *arguments, "--non-interactive", told=told)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make(self) -> None:
        """Make everything, as people did over the years."""
        keys = [self._hetzner("/ssh_keys", {"name": name, "public_key": key})["ssh_key"]["id"]
                for name, key in KEYS.items()]  # fmt: skip
        servers = [self._server(name, addresses, kind, keys) for name, (addresses, kind) in SERVERS.items()]
        rule = {"direction": "in", "protocol": "tcp", "port": "22", "source_ips": ["192.0.2.56/29"]}
        wall = self._hetzner("/firewalls", {"name": "Everybody's", "rules": [rule]})["firewall"]["id"]
        target = [{"type": "server", "server": {"id": one}} for one in servers]
        self._hetzner(f"/firewalls/{wall}/actions/apply_to_resources", {"apply_to": target})
        self._hetzner(f"/servers/{servers[0]}/actions/enable_backup", {})
        self._hetzner(
            "/servers", {"name": "wiki", "server_type": "cx23", "image": "debian-12", "location": "nbg1"}
        )
        for zone, rrsets in COPIES.items():
            self._copy(zone, rrsets)
        self._delegate()
        self._serve()

    def history(self) -> list[str]:
        """What both APIs were asked since the last look: method and path."""
        address = f"http://127.0.0.1:{MANAGEMENT_PORT}/history"
        calls = json.loads(self._curl("-sSf", address))["calls"]
        self._curl("-sSf", "-X", "DELETE", address)
        return [f"{one['method']} {one['path']}" for one in calls]

    def serials(self) -> str:
        """What the own primary says of its zones."""
        done = self.run("knotc", "-c", str(self._knot / "knot.conf"), "zone-status", "+serial")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def end(self) -> None:
        """End the own primary."""
        self.run("knotc", "-c", str(self._knot / "knot.conf"), "-b", "stop")

    def _server(self, name: str, addresses: str, kind: str, keys: list[int]) -> int:
        """A server whose addresses have the names that Hetzner makes up."""
        held: dict[str, int] = {}
        for family in ("ipv4", "ipv6"):
            body = {"name": f"{addresses}-{family}", "type": family, "location": "fsn1"}
            given: dict[str, Any] = {**body, "auto_delete": True, "assignee_type": "server"}
            held[family] = self._hetzner("/primary_ips", given)["primary_ip"]["id"]
            renamed = {"name": f"primary_ip-{held[family]}", "labels": {"made": "by-hand"}}
            self._hetzner(f"/primary_ips/{held[family]}", renamed, "PUT")
        ordered: dict[str, Any] = {
            "name": name,
            "server_type": kind,
            "image": "debian-12",
            "location": "fsn1",
            "ssh_keys": keys,
            "labels": {"owner": "Verein"},
            "user_data": "#cloud-config\n",
            "public_net": {"enable_ipv4": True, "enable_ipv6": True, **held},
        }
        return int(self._hetzner("/servers", ordered)["server"]["id"])

    def _copy(self, zone: str, rrsets: list[tuple[str, str, int | None, list[str]]]) -> None:
        told = [{"name": name, "type": kind, "records": [{"value": value} for value in values],
                 **({} if ttl is None else {"ttl": ttl})} for name, kind, ttl, values in rrsets]  # fmt: skip
        self._hetzner("/zones", {"name": zone, "mode": "primary", "labels": {"kept": "warm"}, "rrsets": told})

    def _delegate(self) -> None:
        records = [(zone, "NS", f"{name}.{MESH}") for zone in ZONES for name in ("ns1", "ns2")]
        records += [(f"ns1.{MESH}", "A", "203.0.113.53"), (f"ns1.{MESH}", "AAAA", "2001:db8:3:53::1")]
        records += [(f"ns2.{MESH}", "A", "203.0.113.12"), (f"ns2.{MESH}", "AAAA", "2001:db8:3:12::1")]
        for name, kind, content in records:
            body = {"name": name, "type": kind, "content": content, "ttl": 300}
            path = f"/zones/{PARENT_ID}/dns_records"
            self._call("CLOUDFLARE_API_TOKEN", "$CLOUDFLARE_BASE_URL" + path, body, "POST")

    def _serve(self) -> None:
        """The own primary, with zones and configuration that people wrote."""
        folder = self._knot
        (folder / "run").mkdir(parents=True)
        zones = "".join(f"  - domain: {zone}\n" for zone in ZONES)
        (folder / "knot.conf").write_text(
            f"server:\n    rundir: {folder}/run\n    listen: [{PRIMARY}, 2001:db8:3:53::1]\n"
            f"database:\n    storage: {folder}/db\n"
            f"key:\n  - id: update\n    algorithm: hmac-sha256\n    secret: {SECRET}\n"
            f"acl:\n  - id: writer\n    key: update\n    action: [update, transfer]\n"
            f'template:\n  - id: default\n    storage: {folder}\n    file: "%s.zone"\n    acl: writer\n'
            f"    zonefile-sync: -1\n    zonefile-load: whole\nzone:\n{zones}"
        )
        for zone, text in ZONES.items():
            (folder / f"{zone}.zone").write_text(text)
        done = self.night.shell(
            f"knotd -c {folder}/knot.conf -d && timeout 20 sh -c 'until knotc -c {folder}/knot.conf status"
            f" >/dev/null 2>&1; do sleep 0.05; done' && knotc -c {folder}/knot.conf -b zone-reload"
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def _knot(self) -> Path:
        return self.project.parent / "knot"

    def _hetzner(self, path: str, body: Any, method: str = "POST") -> Any:
        return self._call("HCLOUD_TOKEN", f"$HCLOUD_ENDPOINT{path}", body, method)

    def _call(self, token: str, address: str, body: Any, method: str) -> Any:
        """Typed again where the API answers with a fault of the lab."""
        words = f"curl -sS --fail-with-body -X {method} -H 'Content-Type: application/json'"
        line = f'{words} -H "Authorization: Bearer ${token}" -d {shlex.quote(json.dumps(body))} "{address}"'
        said = ""
        for _ in range(8):
            done = self.night.shell(line)
            if done.returncode == 0:
                return json.loads(done.stdout)
            said = done.stdout + done.stderr
        raise AssertionError(said)

    def _curl(self, *arguments: str) -> str:
        done = self.run("curl", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def empty_project(folder: Path) -> Path:
    """A copy of the project in which nobody has declared anything."""
    folder.parent.mkdir()
    made = make_checkout(folder)
    shutil.rmtree(made / "dns")
    for name in ("Pulumi.prod.yaml", "Pulumi.failover.yaml"):
        (made / name).unlink()
    (folder.parent / "backend").mkdir()
    return made
