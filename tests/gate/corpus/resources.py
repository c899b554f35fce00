"""Resources as scenarios name them, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from ffinfra.dns.records import Record, group_records
from ffinfra.dns.zone_text import content_text

SERVER = "hcloud:index/server:Server"
PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
FIREWALL = "hcloud:index/firewall:Firewall"
NETWORK = "hcloud:index/network:Network"
VOLUME = "hcloud:index/volume:Volume"
SSH_KEY = "hcloud:index/sshKey:SshKey"
GROUP = "hcloud:index/placementGroup:PlacementGroup"
RDNS = "hcloud:index/rdns:Rdns"
ZONE = "hcloud:index/zone:Zone"
RRSET = "hcloud:index/zoneRrset:ZoneRrset"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
HOST_CONFIG = "freifunk:index:HostConfig"
ZONE_CONTENT = "freifunk:index:ZoneContent"
DELEGATION = "freifunk:index:ManualDelegation"

OWN_ZONE = "x.musterstadt.example"
FALLBACK_ZONE = "y.musterstadt.example"


@dataclass(frozen=True)
class Declared:
    """One resource of a program."""

    kind: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    custom: bool = True
    protect: bool = False
    retain: bool = False
    ignore: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    delete_first: bool = False
    imported: str = ""
    """The identifier of what it takes over (``import_``); in a scenario ``{0}`` is the first thing that stands."""
    looked_up: str = ""
    """The identifier of what it only reads (``Resource.get``); before the preview too."""

    @property
    def package(self) -> str:
        """Whose plugin it is."""
        return self.kind.split(":", 1)[0]

    @property
    def version(self) -> str:
        """The plugin's version that the program asks for; the local provider has none."""
        return "" if self.package in ("freifunk", "ffinfra") else version(f"pulumi-{self.package}")

    def but(self, **inputs: Any) -> Declared:
        """The same with other inputs; None takes one away."""
        merged = {**self.inputs, **inputs}
        return replace(self, inputs={key: one for key, one in merged.items() if one is not None})

    def named(self, name: str) -> Declared:
        """The same under another name in the program."""
        return replace(self, name=name)


def server(name: str = "sn5", **inputs: Any) -> Declared:
    """A machine in the cloud."""
    given = {
        "name": name,
        "serverType": "ccx13",
        "image": "debian-12",
        "location": "fsn1",
        "labels": {"role": "supernode"},
        "userData": "#cloud-config\nhostname: a\n",
    }
    return Declared(SERVER, name, given).but(**inputs)


def address(name: str = "sn5-ipv4", **inputs: Any) -> Declared:
    """An address that outlives its machine."""
    given = {"name": name, "type": "ipv4", "location": "fsn1", "autoDelete": False}
    return Declared(PRIMARY_IP, name, given).but(**inputs)


def firewall(port: str, *sources: object) -> Declared:
    """A firewall with one rule."""
    rule = {"direction": "in", "protocol": "tcp", "port": port, "sourceIps": list(sources)}
    return Declared(FIREWALL, "sn5", {"name": "sn5", "rules": [rule]})


def rrset(name: str, kind: str, *values: str, ttl: int = 300, zone: str = FALLBACK_ZONE) -> Declared:
    """An RRset at Hetzner DNS."""
    records = [{"value": value} for value in values]
    given = {"zone": zone, "name": name, "type": kind, "ttl": ttl, "records": records}
    return Declared(RRSET, f"{zone} {name} {kind}", given)


def record(inputs: Mapping[str, Any]) -> Declared:
    """A record at Cloudflare."""
    value = str(inputs["content"]).replace(":", "-")
    return Declared(RECORD, f"{inputs['name']} {inputs['type']} {value}", inputs)


def host(name: str, *, secret: str = "a", files: Mapping[str, str] | None = None) -> Declared:
    """A machine's configuration."""
    shown = {
        path: {"content": text, "mode": "0644"} for path, text in (files or {"/etc/motd": "x\n"}).items()
    }
    hidden = {"/etc/fastd/secret.conf": {"content": f"{secret}\n", "mode": "0600"}}
    given = {
        "host": name,
        "transport": {"kind": "directory", "path": "/srv/hosts"},
        "files": shown,
        "secretFiles": {"$secret": hidden},
    }
    return Declared(HOST_CONFIG, name, given)


def zone_content(*lines: str, expire: int = 2_419_200) -> Declared:
    """An own zone: its lines as ``name ttl type value``, relative to it."""
    records = []
    for line in lines:
        name, ttl, kind, value = line.split(" ", 3)
        owner = f"{OWN_ZONE}." if name == "@" else f"{name}.{OWN_ZONE}."
        records.append(Record(owner, kind, int(ttl), value))
    given = {
        "zone": f"{OWN_ZONE}.",
        "content": content_text(group_records(records)),
        "soa": {"expire": expire},
        "server": {"address": "192.0.2.53", "port": 53},
        "tsig": {"$secret": {"name": "update", "algorithm": "hmac-sha256", "secret": "c2VjcmV0"}},
    }
    return Declared(ZONE_CONTENT, OWN_ZONE, given, protect=True)
