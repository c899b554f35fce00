"""A signed zone below a signed parent, its unsigned fallback, a validating resolver and a visitor; all real.

Real knotd sign the parent and the zone, a third one is the fallback without signatures, a real unbound validates, and
a visitor asks it without pause.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.dns.zone_text import content_text
from tests.daemons.knot import KEY_ALGORITHM, KEY_SECRET, lay_out
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.lab.plugins.engine import REPOSITORY

KEY_NAME = "parent"
RESOLVER, PARENT = "127.0.0.53", "127.0.1.1"
PARENT_ZONE, ZONE = "net.example.", "mesh.net.example."
OWN, FALLBACK = ("127.0.2.1", "127.0.2.2"), ("127.0.3.1", "127.0.3.2")
PARENT_TTL = 2
REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)

PARENT_TEXT = f"""\
$ORIGIN net.example.
$TTL 60
@ SOA ns h 1 3600 600 86400 2
@ NS ns
ns A {PARENT}
ns1.provider A {FALLBACK[0]}
ns2.provider A {FALLBACK[1]}
"""
ZONE_TEXT = f"""\
$ORIGIN mesh.net.example.
$TTL 2
@ 4 SOA ns1 h 1 3600 600 86400 2
@ NS ns1
@ NS ns2
ns1 A {OWN[0]}
ns2 A {OWN[1]}
www 3 A 192.0.2.80
"""
FALLBACK_TEXT = ZONE_TEXT.replace(" 1 3600", " 1000 3600")
"""Signing counts our own serial up by itself; a secondary that was behind would be no target."""
UNBOUND = """\
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: "{folder}/pid"
    use-syslog: no
    logfile: ""
    interface: {resolver}
    do-daemonize: no
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor: "{anchor}"
    harden-referral-path: no
    val-bogus-ttl: 1
    val-log-level: 2
    cache-min-ttl: 0
stub-zone:
    name: {zone}
    stub-addr: {parent}
remote-control:
    control-enable: no
"""


def _module(name: str) -> tuple[str, ...]:
    """The command that runs one of these modules; a namespace is entered at its root folder, not at ours."""
    return ("env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", name)


@dataclass
class Drill:
    """The running servers, and what the parent says now."""

    isolated: Isolation
    folder: Path
    document: dict[str, Any]
    inputs: dict[str, object] | None = None
    visits: Path = field(init=False)

    def __post_init__(self) -> None:
        self.visits = self.folder / "visits"

    @property
    def delegations(self) -> Delegations:
        """What is declared."""
        return Delegations.model_validate(self.document)

    def say(self, standing: Standing) -> None:
        """Let the parent say what a standing means."""
        rrsets = delegation_rrsets(self.delegations, self.delegations.zones[0], standing.mode, standing.trust)
        new: dict[str, object] = {
            "parent": PARENT_ZONE,
            "child": ZONE,
            "content": content_text(rrsets),
            "server": {"address": PARENT, "port": 53},
            "tsig": {"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": KEY_SECRET},
        }
        change = json.dumps({"old": self.inputs, "new": new})
        self.isolated.run(*_module("tests.dns.delegation.parent_change"), text=change)
        self.inputs = new

    def answers(self, since: int = 0) -> list[tuple[str, bool]]:
        """What the visitor saw: rcode, and whether the resolver calls it authentic."""
        return [tuple(json.loads(line)) for line in self.visits.read_text().splitlines()[since:]]

    def await_answers(self, authentic: bool) -> None:
        """Wait until the visitor's last answers are (or are not) authentic."""

        def look() -> bool | None:
            last = self.answers()[-6:]
            return True if len(last) == 6 and {one for _, one in last} == {authentic} else None

        awaited(look, 20, f"answers with authentic={authentic}: {self.answers()[-6:]}")


def serve(
    isolated: Isolation, folder: Path, zone: str, text: str, listen: tuple[str, ...], *, signed: bool
) -> str:
    """Start a knotd and wait for its zone; the DS of its key, or nothing."""
    configuration = lay_out(folder, {zone: text}, listen, key=KEY_NAME, signed=signed)
    isolated.start("knotd", "-c", str(configuration), log=folder / "log")
    ask = partial(
        isolated.run, "kdig", f"@{listen[0]}", zone, "SOA", "+short", "+retry=0", "+timeout=1", check=False
    )
    awaited(lambda: ask().stdout.strip() or None, 20, f"{zone} at {listen[0]}")
    if not signed:
        return ""
    lines = isolated.run("keymgr", "-c", str(configuration), zone, "ds").stdout.splitlines()
    return next(line for line in lines if " 13 2 " in line)


def _declared(ds: str) -> dict[str, Any]:
    """What ``dns/delegations.yaml`` would hold."""
    return {
        "parent": {
            "zone": PARENT_ZONE[:-1],
            "backend": "rfc2136",
            "server": PARENT,
            "key": KEY_NAME,
            "ttl": PARENT_TTL,
        },
        "nameservers": {
            "own": [{"name": f"ns{at}.{ZONE[:-1]}", "ipv4": one} for at, one in enumerate(OWN, 1)],
            "fallback": [
                {"name": f"ns{at}.provider.net.example", "ipv4": one} for at, one in enumerate(FALLBACK, 1)
            ],
        },
        "fallback_backend": "friend",
        "zones": [{"zone": ZONE[:-1], "signed": "own", "ds": [ds.split(" DS ", 1)[1]]}],
    }


@contextmanager
def signed_world(folder: Path) -> Iterator[Drill]:
    """The zone at rest, signed, and a visitor who gets authentic answers."""
    needs("knotd", "keymgr", "kdig", "unbound")
    with isolation() as isolated:
        anchor = serve(isolated, folder / "parent", PARENT_ZONE, PARENT_TEXT, (PARENT,), signed=True)
        ds = serve(isolated, folder / "own", ZONE, ZONE_TEXT, OWN, signed=True)
        serve(isolated, folder / "fallback", ZONE, FALLBACK_TEXT, FALLBACK, signed=False)
        made = Drill(isolated, folder, _declared(ds))
        made.say(REST)
        configuration = UNBOUND.format(
            folder=folder, resolver=RESOLVER, anchor=anchor, zone=PARENT_ZONE, parent=PARENT
        )
        (folder / "unbound.conf").write_text(configuration)
        isolated.start("unbound", "-d", "-c", str(folder / "unbound.conf"), log=folder / "unbound.log")
        look = partial(
            isolated.run, "kdig", f"@{RESOLVER}", PARENT_ZONE, "SOA", "+short", "+timeout=1", check=False
        )
        awaited(lambda: look().stdout.strip() or None, 20, "unbound")
        command = (*_module("tests.dns.delegation.visitor"), RESOLVER, ZONE)
        isolated.start(*command, log=made.visits)
        made.await_answers(authentic=True)
        yield made
