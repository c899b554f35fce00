"""A signed zone goes to an unsigned fallback and back under the eyes of a validating resolver.

The parent is changed by the resource that production uses, in the stages that production takes; only the TTLs are
seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing, breaks_validation, memory, stages
from ffinfra.dns.master_file import read_zone_text
from tests.dns.delegation.signed_world import REST, ZONE, ZONE_TEXT, Drill, signed_world
from tests.hosts.isolation import awaited

pytestmark = pytest.mark.full


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """The zone at rest, signed, and a visitor who gets authentic answers."""
    with signed_world(tmp_path) as made:
        yield made


def _go(drill: Drill, now: Standing, target: Mode) -> Standing:
    """Take the stages of production, each after its wait."""
    caches = memory(drill.delegations, [read_zone_text(ZONE_TEXT).zone])
    assert (caches.ds, caches.answers) == (4, 4)
    for stage in stages(drill.delegations, now, target, caches):
        time.sleep(stage.wait)
        drill.say(stage.standing)
        now = stage.standing
    return now


def test_a_validating_visitor_never_sees_a_failure_there_and_back(drill: Drill) -> None:
    away = _go(drill, REST, Mode.FALLBACK)
    drill.await_answers(authentic=False)
    assert _go(drill, away, Mode.PRIMARY) == REST
    drill.await_answers(authentic=True)
    seen = drill.answers()
    assert {rcode for rcode, _ in seen} == {"NOERROR", "NXDOMAIN"}
    assert len(seen) > 100


def test_without_the_stages_the_same_visitor_fails(drill: Drill) -> None:
    """The drill can fail: this is the mode that is refused."""
    jump = Standing(Mode.FALLBACK, Trust.PUBLISHED)
    assert breaks_validation(drill.delegations, jump) == (ZONE[:-1],)
    drill.say(jump)
    awaited(lambda: True if ("SERVFAIL", False) in drill.answers() else None, 20, "a failure of validation")
