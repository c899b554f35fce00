"""A friend's nsd as the fallback of our knotd: ready, behind, locked out by a wrong key, expired.

The primary's files are those that production renders from the declarations; ``ffinfra dns ready`` asks in the same
namespace, as a person would.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from ffinfra.hosts.knot import nameserver_files
from ffinfra.hosts.outside_secondaries import outside_secondaries
from ffinfra.hosts.secrets import HostSecrets
from ffinfra.hosts.served_zones import ServedZone
from ffinfra.stack import Declarations, read_declarations
from tests.daemons.nsd import Friend
from tests.daemons.projects import make_project
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.samples import FALLBACK_SECRET, TRANSFER_SECRET, UPDATE_SECRET
from tests.lab.plugins.engine import REPOSITORY

pytestmark = pytest.mark.full

PARENT = "musterstadt.example"
CALM, BRIEF, DEAF, LOCKED = (f"{name}.{PARENT}" for name in ("calm", "brief", "deaf", "locked"))
PRIMARY, TOP = "192.0.2.53", "192.0.2.201"
FRIEND, OTHER = ("198.51.100.61", "198.51.100.62"), ("198.51.100.63", "198.51.100.64")
EXPIRE = {CALM: 1209600, BRIEF: 8, DEAF: 1209600, LOCKED: 1209600}
SECRETS = HostSecrets(
    fastd=None, tsig={"transfer": TRANSFER_SECRET, "update": UPDATE_SECRET, "friend": FALLBACK_SECRET}
)
TOP_KNOT = """\
server:
    rundir: {folder}
    listen: {top}
database:
    storage: {folder}/db
zone:
  - domain: .
    file: {folder}/root.zone
  - domain: musterstadt.example.
    file: {folder}/parent.zone
"""


def _seed(zone: str) -> str:
    refresh = 1 if EXPIRE[zone] < 60 else 14400
    soa = f"@ 60 SOA ns1.{zone}. noc.{zone}. 1 {refresh} {refresh} {EXPIRE[zone]} 60\n"
    return f"{soa}@ 60 NS own0.example.\n@ 60 NS own1.example.\n"


@dataclass(frozen=True)
class Drill:
    """The running nameservers, and the project that they serve."""

    isolated: Isolation
    project: Path
    primary: Path

    def update(self, zone: str, line: str) -> None:
        """Change a zone at the primary."""
        text = f"server {PRIMARY}\nzone {zone}.\n{line}\nsend\nquit\n"
        done = self.isolated.run("knsupdate", "-y", f"hmac-sha256:update:{UPDATE_SECRET}", text=text)
        assert "failed" not in done.stdout + done.stderr

    def ask(self, server: str, name: str, rdtype: str) -> str:
        """What a nameserver says, on one line; ``SERVFAIL`` and the like where it has no answer."""
        done = self.isolated.run(
            "kdig", f"@{server}", name, rdtype, "+norec", "+timeout=1", "+retry=0", check=False
        )
        for rcode in ("SERVFAIL", "REFUSED", "NXDOMAIN"):
            if rcode in done.stdout:
                return rcode
        found = [line.split()[-1] for line in done.stdout.splitlines() if f"\t{rdtype}\t" in line]
        return " ".join(found)

    def ready(self, zone: str) -> Mapping[str, Any]:
        """What ``ffinfra dns ready`` says of one zone."""
        done = self.isolated.run(
            *("env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", "ffinfra.cli", "dns", "ready", zone),
            *("--project", str(self.project), "--hints", str(self.project / "named.root")),
            *("--no-ipv6", "--json"),
            check=False,
        )
        told: Mapping[str, Any] = json.loads(done.stdout)["zones"][0]
        assert done.returncode == (0 if told["ready"] else 3), done.stderr
        return told


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """The primary with all zones filled, and the friend's nsd at both of its addresses."""
    needs("knotd", "kdig", "knsupdate", "nsd")
    if not Path("/etc/knot").is_dir():
        pytest.skip("the package knot is not installed")
    place = tmp_path_factory.mktemp("friend")
    project = _project(place / "project")
    with isolation() as isolated:
        for address in (PRIMARY, TOP, *FRIEND, *OTHER):
            isolated.run("ip", "address", "add", address, "dev", "lo")
        _start_top(isolated, place / "top")
        _start_primary(isolated, place / "primary", read_declarations(project))
        made = Drill(isolated, project, place / "primary")
        for zone in EXPIRE:
            awaited(lambda zone=zone: made.ask(PRIMARY, zone, "SOA") or None, 20, zone)  # type: ignore[misc]
            made.update(zone, f"add www.{zone}. 60 A 192.0.2.80")
        friend = Friend(FRIEND, PRIMARY, "friend", FALLBACK_SECRET)
        friend_file = friend.configure(place / "nsd", (CALM, BRIEF, DEAF), deaf=(DEAF,))
        isolated.start("nsd", "-d", "-c", str(friend_file), log=place / "nsd.log")
        other = Friend(OTHER, PRIMARY, "friend", TRANSFER_SECRET).configure(place / "other", (LOCKED,))
        isolated.start("nsd", "-d", "-c", str(other), log=place / "other.log")
        for server in FRIEND:
            for zone in (CALM, DEAF):
                awaited(partial(_has, made, server, f"www.{zone}", "192.0.2.80"), 20, f"{zone} at {server}")
        yield made


def _has(drill: Drill, server: str, name: str, value: str) -> bool | None:
    return True if drill.ask(server, name, "A") == value else None


def _project(folder: Path) -> Path:
    zones = {zone: f"$ORIGIN {zone}.\n{_seed(zone)}www 60 A 192.0.2.80\n" for zone in EXPIRE}
    folder.mkdir()
    make_project(folder, zones, parent=PARENT, own=(PRIMARY, "192.0.2.54"), fallback=FRIEND)
    path = folder / "dns" / "delegations.yaml"
    document = yaml.safe_load(path.read_text())
    others = [{"name": f"ns{at}.other.example", "ipv4": one} for at, one in enumerate(OTHER)]
    for zone in document["zones"]:
        fallback: dict[str, Any] = {"backend": "friend", "key": "friend"}
        if zone["zone"] == LOCKED:
            fallback |= {"name": "other", "nameservers": others}
        zone["fallback"] = fallback
    path.write_text(yaml.safe_dump(document | {"fallback_backend": "friend"}))
    (folder / "named.root").write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {TOP}\n")
    return folder


def _start_top(isolated: Isolation, folder: Path) -> None:
    """One server for the root and the parent zone, which names the nameservers at rest."""
    (folder / "db").mkdir(parents=True)
    soa = "@ 60 SOA a.roots. noc.roots. 1 3600 600 86400 60\n"
    root = f"$ORIGIN .\n{soa}@ 60 NS a.roots.\na.roots. 60 A {TOP}\n"
    cuts = "".join(f"{zone}. 300 NS own{at}.example.\n" for zone in EXPIRE for at in (0, 1))
    parent = f"$ORIGIN {PARENT}.\n{soa}@ 60 NS ns\nns 60 A {TOP}\n{cuts}"
    (folder / "root.zone").write_text(f"{root}{PARENT}. 60 NS ns.{PARENT}.\nns.{PARENT}. 60 A {TOP}\n")
    (folder / "parent.zone").write_text(parent)
    (folder / "knot.conf").write_text(TOP_KNOT.format(folder=folder, top=TOP))
    isolated.start("knotd", "-c", str(folder / "knot.conf"), log=folder / "log")


def _start_primary(isolated: Isolation, place: Path, declarations: Declarations) -> None:
    """The primary of the sample network, its files rendered from these declarations."""
    network, delegations = declarations.network, declarations.delegations
    (nameserver,) = (one for one in network.nameservers if str(one.ipv4) == PRIMARY)
    served = [
        ServedZone(
            name=zone.declaration.zone,
            seed=_seed(zone.declaration.zone),
            outside=outside_secondaries(delegations, zone.declaration),
        )
        for zone in declarations.zones
    ]
    for file in nameserver_files(network, nameserver, SECRETS, served).files:
        target = place / file.path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.content)
    for directory in ("var/lib/knot", "run/knot"):
        (place / directory).mkdir(parents=True, exist_ok=True)
    isolated.run("ip", "address", "add", str(nameserver.ipv6), "dev", "lo")
    isolated.run("mkdir", "-p", "/run/knot")
    binds = {place / part: f"/{part}" for part in ("etc/knot", "var/lib/knot", "run/knot")}
    isolated.start_with(binds, "knotd", log=place / "log")


def _reasons(told: Mapping[str, Any]) -> list[str]:
    return [one["id"] for one in told["reasons"]]


def test_a_friend_that_has_transferred_the_zone_is_ready(drill: Drill) -> None:
    told = drill.ready(CALM)
    assert (_reasons(told), told["remarks"]) == ([], [])
    assert told["expiry_seconds"] == 1209600 - 2 * 14400
    assert set(told["serials"]) == {PRIMARY, *FRIEND}
    assert len(set(told["serials"].values())) == 1


def test_what_is_notified_is_transferred_and_what_is_not_is_behind(drill: Drill) -> None:
    for zone in (CALM, DEAF):
        drill.update(zone, f"add new.{zone}. 60 A 192.0.2.81")
    for server in FRIEND:
        awaited(partial(_has, drill, server, f"new.{CALM}", "192.0.2.81"), 20, f"the change at {server}")
    assert _reasons(drill.ready(CALM)) == []
    told = drill.ready(DEAF)
    assert _reasons(told) == ["behind", "behind"]
    ours, theirs = told["serials"][PRIMARY], told["serials"][FRIEND[0]]
    assert told["reasons"][0]["what"] == (
        f"{FRIEND[0]} is behind: it has serial {theirs}, the nameservers at rest have {ours}"
    )


def test_a_friend_with_another_secret_never_gets_the_zone(drill: Drill) -> None:
    told = drill.ready(LOCKED)
    assert [(one["id"], one["what"]) for one in told["reasons"]] == [
        ("no-authority", f"{server} does not speak for the zone: SERVFAIL, without authority")
        for server in OTHER
    ]


def test_a_friend_that_expires_too_soon_and_then_has(drill: Drill) -> None:
    """The last drill: the primary dies."""
    told = drill.ready(BRIEF)
    assert (_reasons(told), told["expiry_seconds"]) == (["expires"], 6)
    drill.isolated.run("kill", (drill.primary / "run/knot/knot.pid").read_text().strip())
    for server in FRIEND:
        awaited(partial(_is_gone, drill, server), 40, f"{BRIEF} expires at {server}")
    assert _reasons(drill.ready(BRIEF)) == ["no-authority", "no-authority"]
    calm = drill.ready(CALM)
    assert _reasons(calm) == []
    assert 1209600 - 2 * 14400 - 200 < calm["expiry_seconds"] < 1209600 - 2 * 14400


def _is_gone(drill: Drill, server: str) -> bool | None:
    return True if drill.ask(server, BRIEF, "SOA") == "SERVFAIL" else None
