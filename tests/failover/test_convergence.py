"""Watching real nameservers on loopback until they have followed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.dns.check.naming import Family
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.parents import ManualParent, ParentBackend
from ffinfra.failover.by_hand import changes_by_hand
from ffinfra.failover.convergence import Lookout, Seen, look, watch
from ffinfra.stack import read_declarations
from tests.daemons.projects import make_project
from tests.dns.check.live_world import NS1, NS2, SILENT, Served, World, apex, world

pytestmark = pytest.mark.full

UP = "127.0.53.15"
ZONE = "mesh.up.test"
BELOW = "mesh.half.up.test"
"""A zone of which one of the parent's nameservers has no address."""
MUTE = "mesh.mute.up.test"
"""A zone of which one of the parent's nameservers is silent."""
FALLBACK = ("fb0.example", "fb1.example")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A parent that already names the fallback; NS1 is of the fallback, NS2 serves another copy."""
    content = apex(ZONE, {"ns1": NS1})
    parent = [f"@ NS ns1.up.test.\nns1.up.test. A {UP}", *(f"{ZONE}. NS {name}." for name in FALLBACK)]
    with world(tmp_path_factory.mktemp("world")) as built:
        built.serve(NS1, {ZONE: Served(content)})
        built.serve(NS2, {ZONE: Served(content.replace("@ NS", "@ NS", 1))})
        half = ["@ NS ns1.up.test.\n@ NS gone.up.test.", *(f"{BELOW}. NS {name}." for name in FALLBACK)]
        parent += ["half.up.test. NS ns1.up.test.", "half.up.test. NS gone.up.test."]
        parent += [
            "mute.up.test. NS ns1.up.test.",
            "mute.up.test. NS mute.up.test.",
            f"mute.up.test. A {SILENT}",
        ]
        mute = ["@ NS ns1.up.test.\n@ NS mute.up.test.", f"@ A {SILENT}"]
        mute += [f"{MUTE}. NS {name}." for name in FALLBACK]
        zones = {
            "up.test": Served("\n".join(parent)),
            "half.up.test": Served("\n".join(half)),
            "mute.up.test": Served("\n".join(mute)),
        }
        built.serve(UP, zones)
        built.delegate("up.test", {"ns1": UP})
        built.serve_top()
        built.keep_silent(SILENT)
        yield built


def lookout(servers: World, folder: Path, mode: Mode, *resolvers: str) -> Lookout:
    zones = {ZONE: Served(apex(ZONE, {"ns1": NS1})).text(ZONE)}
    project = make_project(folder, zones, parent="up.test", own=("127.0.53.21", "127.0.53.22"),
                           fallback=(NS1, NS2))  # fmt: skip
    declared = read_declarations(project)
    return Lookout(declared, mode, servers.hints, resolvers, servers.port, frozenset({Family.IPV4}))


def test_everything_has_followed(servers: World, tmp_path: Path) -> None:
    said: list[str] = []
    found = watch(lookout(servers, tmp_path, Mode.FALLBACK, NS1), time.monotonic() + 30, said.append)
    assert (found.waiting, found.looks, said) == ((), 1, [])


def test_a_nameserver_of_the_parent_that_nobody_can_ask_is_not_left_out(
    servers: World, tmp_path: Path
) -> None:
    zones = {BELOW: Served(apex(BELOW, {"ns1": NS1})).text(BELOW)}
    project = make_project(tmp_path, zones, parent="half.up.test", own=("127.0.53.21", "127.0.53.22"),
                           fallback=(NS1, NS2))  # fmt: skip
    declared = read_declarations(project)
    families = frozenset({Family.IPV4})
    looked = Lookout(declared, Mode.FALLBACK, servers.hints, (), servers.port, families)
    lacks = "gone.up.test., a nameserver of half.up.test., has no address to be asked at"
    assert asyncio.run(look(looked)) == Seen((), (lacks,))
    assert watch(looked, time.monotonic(), print).waiting == (lacks,)
    found = watch(looked, time.monotonic() + 30, lambda _: None, grace=0.1)
    assert (found.waiting, found.passed_over, found.looks) == ((), (lacks,), 2)


@pytest.mark.parametrize(
    ("mode", "waiting"), [(Mode.FALLBACK, 0), (Mode.PRIMARY, 1)], ids=["followed", "not followed"]
)
def test_a_silent_nameserver_of_the_parent_is_told_apart_from_one_that_says_otherwise(
    servers: World, tmp_path: Path, mode: Mode, waiting: int
) -> None:
    zones = {MUTE: Served(apex(MUTE, {"ns1": NS1})).text(MUTE)}
    project = make_project(tmp_path, zones, parent="mute.up.test", own=("127.0.53.21", "127.0.53.22"),
                           fallback=(NS1, NS2))  # fmt: skip
    families = frozenset({Family.IPV4})
    seen = asyncio.run(
        look(Lookout(read_declarations(project), mode, servers.hints, (), servers.port, families))
    )
    assert seen.unheard == (f"{SILENT}, a nameserver of mute.up.test., gives no usable answer for {MUTE}.",)
    assert len(seen.waiting) == waiting
    assert all(one.startswith(f"{UP} answers {MUTE}. NS") for one in seen.waiting)


def test_the_parent_has_not_followed(servers: World, tmp_path: Path) -> None:
    said: list[str] = []
    found = watch(lookout(servers, tmp_path, Mode.PRIMARY), time.monotonic() + 0.5, said.append)
    assert found.waiting == (
        (
            f"{UP} answers {ZONE}. NS with {ZONE}. 300 NS fb0.example., fb1.example.,"
            f" declared is {ZONE}. 300 NS own0.example., own1.example."
        ),
    )
    assert found.looks == 2
    assert said[0].startswith("at most 0 s left; 1 have not followed, such as: ")


def test_a_silent_resolver_has_not_followed(servers: World, tmp_path: Path) -> None:
    seen = asyncio.run(look(lookout(servers, tmp_path, Mode.FALLBACK, SILENT)))
    assert seen == Seen((f"resolver {SILENT} does not get an answer for {ZONE}.",))


def test_the_change_by_hand_that_is_left(servers: World, tmp_path: Path) -> None:
    parent = ManualParent(
        zone="up.test", backend=ParentBackend.MANUAL, ttl=300, page="https://registrar.example/domains"
    )
    assert changes_by_hand(lookout(servers, tmp_path, Mode.PRIMARY), parent) == (
        f"{ZONE}. in up.test., by hand at https://registrar.example/domains (TTL 300 s, if it can be chosen):",
        "  enter  nameserver own0.example",
        "  enter  nameserver own1.example",
        "  remove nameserver fb0.example",
        "  remove nameserver fb1.example",
    )


def test_no_change_by_hand_is_left(servers: World, tmp_path: Path) -> None:
    parent = ManualParent(zone="up.test", backend=ParentBackend.MANUAL, ttl=300)
    assert changes_by_hand(lookout(servers, tmp_path, Mode.FALLBACK), parent) == ()
