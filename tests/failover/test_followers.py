"""Which side a resolver asks, by a real recursor and real nameservers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ffinfra.dns.check.naming import Family
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.sides import FriendSide, SideBackend
from ffinfra.dns.readiness.asking import Asking
from ffinfra.failover.followers import Sides, not_followed, sides_of
from ffinfra.stack import read_declarations
from tests.daemons.projects import make_project
from tests.dns.check.live_world import NS1, NS2, RECURSOR, SILENT, Served, World, apex, world

pytestmark = pytest.mark.full

ZONE = "mesh.up.test"
ORIGIN = f"{ZONE}."
OURS = f"ns1.{ORIGIN} hostmaster.{ORIGIN}"
CONTENT = Served(apex(ZONE, {"ns1": NS1}))
APART = Sides(frozenset({"a. b."}), frozenset({OURS}), old_alive=True, shared=False, proved=False)
DEAD = ("127.0.53.21", "127.0.53.22")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One copy of the zone at NS1; NS2 answers for another zone; a recursor that has the copy."""
    with world(tmp_path_factory.mktemp("world")) as built:
        built.serve(NS1, {ZONE: CONTENT})
        built.serve(NS2, {ZONE: replace(CONTENT, serial=CONTENT.serial + 1)})
        built.recurse(RECURSOR, ZONE, CONTENT)
        built.keep_silent(SILENT)
        yield built


def sides(
    servers: World,
    folder: Path,
    mode: Mode,
    *,
    own: tuple[str, str],
    backend: SideBackend = SideBackend.HETZNER,
) -> Sides:
    zones = {ZONE: CONTENT.text(ZONE)}
    declared = read_declarations(make_project(folder, zones, parent="up.test", own=own, fallback=(NS1, NS2)))
    delegations, [zone] = declared.delegations, declared.zones
    if backend is SideBackend.FRIEND:
        friend = FriendSide(backend=SideBackend.FRIEND)
        zone = replace(zone, declaration=zone.declaration.model_copy(update={"fallback": friend}))

    async def ask() -> Sides:
        async with servers.transport() as transport:
            asking = Asking(transport, (), frozenset({Family.IPV4}), servers.port)
            return await sides_of(asking, delegations, zone, mode)

    return asyncio.run(ask())


def waiting(servers: World, found: Sides, *resolvers: str) -> list[str]:
    async def ask() -> list[str]:
        async with servers.transport() as visitor:
            return await not_followed(visitor, resolvers, ORIGIN, Mode.FALLBACK, found)

    return asyncio.run(ask())


def test_a_friends_copy_has_our_own_soa(servers: World, tmp_path: Path) -> None:
    found = sides(servers, tmp_path, Mode.FALLBACK, own=DEAD, backend=SideBackend.FRIEND)
    assert found == Sides(frozenset({OURS}), frozenset({OURS}), old_alive=False, shared=True, proved=False)
    assert not found.told_by_soa


def test_mixed_names_both_sides(servers: World, tmp_path: Path) -> None:
    assert sides(servers, tmp_path, Mode.MIXED, own=DEAD).shared


def test_a_provider_that_serves_another_soa_is_told_by_it(servers: World, tmp_path: Path) -> None:
    found = sides(servers, tmp_path, Mode.PRIMARY, own=DEAD)
    assert (found.new, found.old) == (frozenset(), frozenset({OURS}))
    assert APART.told_by_soa


def test_a_resolver_with_the_old_soa_has_not_followed(servers: World) -> None:
    assert waiting(servers, APART, RECURSOR) == [f"resolver {RECURSOR} has {ORIGIN} from {OURS}"]
    assert waiting(servers, replace(APART, new=frozenset({OURS}), old=frozenset()), RECURSOR) == []


def test_while_both_sides_answer_with_one_soa_nothing_is_told(servers: World) -> None:
    alike = Sides(frozenset({OURS}), frozenset({OURS}), old_alive=True, shared=True, proved=False)
    assert waiting(servers, alike, RECURSOR) == [
        f"resolver {RECURSOR} cannot be seen to follow: both sides serve the same SOA of {ORIGIN}, and both answer"
    ]
    proved = replace(alike, old_alive=False, proved=True)
    assert "it may make up answers from signed proofs" in waiting(servers, proved, RECURSOR)[0]


def test_once_the_old_side_is_dead_an_answer_that_nobody_asked_before_tells(servers: World) -> None:
    dead = Sides(frozenset({OURS}), frozenset({OURS}), old_alive=False, shared=True, proved=False)
    assert waiting(servers, dead, RECURSOR, SILENT) == [
        f"resolver {SILENT} does not get an answer for {ORIGIN}"
    ]


def test_nobody_of_the_mode_answers(servers: World) -> None:
    nobody = replace(APART, new=frozenset())
    assert waiting(servers, nobody, RECURSOR) == [f"no nameserver of mode fallback answers for {ORIGIN}"]
    assert waiting(servers, nobody) == []
