"""``ffinfra apply`` of a zone when the world is not as it was: a wrong key, another writer, a dying primary.

One zone, one engine, one knotd; each drill begins where the one before ended. What an administrator reads is compared
as a whole.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ffinfra.dns.records import make_rrset
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.reconcile import Wish, reconcile
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import transfer_zone
from ffinfra.dns.zone_text import content_text, parse_content
from ffinfra.gate.approving import approve
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot
from tests.daemons.update_relay import UpdateRelay, relayed
from tests.gate.gated_project import HEAD, SECOND, GatedProject

pytestmark = [pytest.mark.full, pytest.mark.long]

ORIGIN = "drill.example."
SEED = "@ 600 SOA ns1 hostmaster 1 4h 1h 2w 1h\n@ 600 NS seed\n"
SMALL = """\
drill.example. 600 IN NS ns1.drill.example.
drill.example. 600 IN NS ns2.drill.example.
ns1.drill.example. 600 IN A 192.0.2.1
ns2.drill.example. 600 IN A 198.51.100.1
"""
THEIRS = SMALL + "www.drill.example. 600 IN A 192.0.2.99\n"
OTHER_SECRET = "A" * 43 + "="
URN = "urn:pulumi:prod::ffinfra::freifunk:index:ZoneContent::drill.example"
KEY = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)
PROGRAM = """\
class ZoneContent(pulumi.CustomResource):
    def __init__(self, name, inputs):
        super().__init__("freifunk:index:ZoneContent", name, inputs)

ZoneContent("drill.example", {{
    "zone": "drill.example.",
    "content": (project / "content").read_text(),
    "soa": {{"refresh": 7200}},
    "server": {{"address": "127.0.0.1", "port": {port}}},
    "tsig": pulumi.Output.secret({{"name": {key!r}, "algorithm": {algorithm!r}, "secret": {secret!r}}}),
}})
"""


@dataclass(frozen=True)
class Said:
    """What an administrator reads.

    Attributes:
        code: the exit code.
        lines: what the command says around the engine's own display.
        zone: what the engine tells of the zone in its diagnostics.
    """

    code: int
    lines: tuple[str, ...]
    zone: str = ""


def _heard(code: int, said: str) -> Said:
    """The engine's display between its head and its duration says how far it is, in an order of its own."""
    head, display, rest = said.partition("Updating (prod):")
    told = re.search(
        r"\n  freifunk:index:ZoneContent \(drill.example\):\n(.*?)\n\n", display + rest, re.DOTALL
    )
    end = re.sub(r"^.*Duration: \S+", "", rest, flags=re.DOTALL) if display else ""
    lines = (re.sub(r"\d+\.\d s", "SECONDS", line) for line in (head + end).splitlines() if line.strip())
    return Said(code, tuple(lines), told.group(1) if told else "")


@dataclass(frozen=True)
class World:
    """A zone on a knotd, the relay before it, and a project that holds the zone."""

    knot: Knot
    relay: UpdateRelay
    project: GatedProject

    def declare(self, content: str) -> None:
        """Declare a content, and let two people sign the change: most of the zone is new."""
        (self.project.root / "content").write_text(content)
        record = self.project.approve().record
        approve(self.project.gate, record, self.project.key(SECOND))

    def apply(self) -> Said:
        """Run the command; it says nothing on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "ffinfra.cli", "apply", "--stack", "prod"], cwd=self.project.root,
            env=self.project.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        assert done.stdout == ""
        return _heard(done.returncode, done.stderr.replace(f"port {self.relay.port}", "port PORT"))

    def served(self) -> str:
        """What the knotd serves, asked without the relay."""
        return content_text(transfer_zone(self._server, ORIGIN, key=KEY).content)

    def somebody_writes(self, content: str) -> None:
        """Another administrator's update, by the same key."""
        before = transfer_zone(self._server, ORIGIN, key=KEY)
        wish = Wish(before.content, SoaSettings(), parse_content(content, ORIGIN), SoaSettings())
        reconcile(self._server, ORIGIN, before, wish, key=KEY, now=1)

    def secret_there(self, old: str, new: str) -> None:
        """The knotd has another secret from now on."""
        file = self.knot.folder / "knot.conf"
        file.write_text(file.read_text().replace(old, new))
        self.knot.control("reload")

    @property
    def _server(self) -> Server:
        return Server(self.knot.address, self.knot.port)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The zone as its server was seeded; nothing was ever applied."""
    folder = tmp_path_factory.mktemp("zone")
    (folder / "knot").mkdir()
    with running_knot(folder / "knot", {ORIGIN: SEED}) as knot, relayed(knot.port) as relay:
        project = GatedProject(folder / "gated")
        project.head = HEAD
        project.program(
            PROGRAM.format(port=relay.port, key=KEY_NAME, algorithm=KEY_ALGORITHM, secret=KEY_SECRET)
        )
        yield World(knot, relay, project)


def large(count: int) -> str:
    """The small content, and large RRsets, of which three fill a message."""
    text = tuple(f'"{"x" * 200}{one:05d}"' for one in range(90))
    more = (make_rrset(f"y{at}.drill.example.", "TXT", 600, text) for at in range(count))
    return content_text([*parse_content(SMALL, ORIGIN), *more])


def failed(operation: str, zone: str, performed: int) -> Said:
    """What is read of a run in which the zone's step failed."""
    return Said(
        1,
        (
            f"failed: {operation} {URN}",
            f"not performed: {operation} drill.example",
            f"not complete prod: {performed} steps performed in SECONDS",
        ),
        zone,
    )


def done(performed: int) -> Said:
    """What is read of a run in which all went well."""
    return Said(0, (f"applied prod: {performed} steps performed in SECONDS",))


def test_a_wrong_key_then_the_right_one(world: World) -> None:
    world.declare(SMALL)
    world.secret_there(KEY_SECRET, OTHER_SECRET)
    assert world.apply() == failed(
        "create",
        "    error: 127.0.0.1 port PORT rejects the TSIG key update.lab.example.: the signature does not fit"
        " (BADSIG), so the secrets differ. Compare name, algorithm, secret and clock on both sides, and what the"
        " key is permitted there.",
        performed=1,
    )
    world.secret_there(OTHER_SECRET, KEY_SECRET)
    assert world.served() == "drill.example. 600 IN NS seed.drill.example.\n"

    assert world.apply() == done(2)
    assert world.served() == SMALL


def test_another_writer_then_a_primary_that_dies_between_two_messages(world: World) -> None:
    """One approval: refused while another's record stands, broken off in the middle, finished."""
    world.declare(large(8))
    world.relay.before(1, lambda: world.somebody_writes(THEIRS))
    assert world.apply() == failed(
        "update",
        "    error: somebody else changed drill.example. on 127.0.0.1 port PORT:\n"
        "      + www.drill.example. A: 192.0.2.99 (ttl 600)\n"
        "    Nothing was written. Run a refresh to take it over or see it undone in the next preview.",
        performed=0,
    )
    assert world.served() == THEIRS

    world.somebody_writes(SMALL)
    world.relay.before(3, world.knot.kill)
    assert world.apply() == failed(
        "update",
        "    error: the change of drill.example. broke off: 3 messages, 2 of them taken and in effect, each as a"
        " whole; of message 3 it is not known; 127.0.0.1 port PORT does not answer: EOF. When 127.0.0.1 port PORT"
        " is back, run the same again: it finishes the rest.",
        performed=0,
    )
    world.knot.start()
    assert world.served() == large(6)

    assert world.apply() == done(1)
    assert world.served() == large(8)
