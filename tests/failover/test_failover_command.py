"""``ffinfra failover`` in one lab: from a lost state there and back again, killed in the middle, forced.

One start of the lab serves all drills; each begins where the one before ended.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.failover.lab_night import SECONDS, ZONES, Night, OwnNameserver, make_night

pytestmark = [pytest.mark.full, pytest.mark.long]

FALLBACK_NAMES = [f"{name}.ns.hetzner.example" for name in ("helium", "hydrogen", "oxygen")]
SITES = ("192.0.2.53", "2001:db8:1::53", "203.0.113.53", "2001:db8:3:53::1")
OTHER_SITE = ("198.51.100.53", "2001:db8:2::53")


@pytest.fixture
def night(short_path: Path) -> Iterator[Night]:
    """A lab in which nothing was ever applied."""
    made = make_night(short_path / "checkout")
    yield made
    made.run("lab", "down")


def test_a_night_with_everything_in_it(night: Night, short_path: Path) -> None:
    _the_state_is_lost_and_made_anew(night)
    _there_by_force_killed_in_the_middle_and_run_again(night)
    first = OwnNameserver(night, short_path / "a", SITES)
    second = OwnNameserver(night, short_path / "b", OTHER_SITE)
    _not_back_onto_nameservers_that_are_dead_or_differ(night, first, second)
    _back_with_an_approval_made_ahead(night)
    first.stop()
    second.stop()


def _the_state_is_lost_and_made_anew(night: Night) -> None:
    """What stands was made by somebody whose state is gone: zones at Hetzner, the runbook's lines at the parent."""
    night.fill_the_fallback()
    for lines in night.typed_lines()[1::2]:
        night.until_done(lines)
    before = night.records()
    night.settings.write_text(night.settings.read_text().replace("mode: primary", "mode: mixed"))
    done = night.inside("failover", "--rebuild", "--approve")
    assert done.returncode == 0, done.stderr
    assert "the parent is at mode primary, trust published" in done.stderr
    assert "resources; to be made: 0" in done.stderr
    assert night.records() == before
    assert "mode: primary" in night.settings.read_text()
    refused = night.inside("failover", "--rebuild")
    assert (refused.returncode, "there is nothing to rebuild" in refused.stderr) == (1, True)


def _there_by_force_killed_in_the_middle_and_run_again(night: Night) -> None:
    """The fallback is not as declared; the kill strikes at the first step that the engine has written down.

    The engine has a session of its own and outlives the kill; how far it comes decides what is left to change.
    """
    night.at_the_fallback("POST", "", {"name": "stray", "type": "A", "records": [{"value": "203.0.113.99"}]})
    refused = night.failover("--approve")
    assert refused.returncode == 3, refused.stderr
    assert (
        "undeclared: there stands what nobody declared: stray.mesh.musterstadt.example. A" in refused.stderr
    )
    assert "--force switches all the same, which costs:" in refused.stderr

    state = night.state.stat().st_mtime_ns
    run = night.begin("failover", "--approve", "--force")
    deadline = time.monotonic() + SECONDS
    while night.state.stat().st_mtime_ns == state and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate(timeout=SECONDS)
    assert run.returncode == -signal.SIGKILL
    assert "mode: fallback" in night.settings.read_text()

    done = night.failover("--approve", "--force")
    assert done.returncode == 0, done.stderr
    assert "forced; --force switches all the same, which costs:" in done.stderr
    assert "visitors get answers that are declared nowhere" in done.stderr
    told = json.loads(done.stdout)
    assert (told["forced"], told["converged"]) == (True, True)
    assert "standby: nothing lies ready for a switch to primary (" in done.stderr
    assert _nameservers(night) == sorted(f"{zone} NS {name}" for zone in ZONES for name in FALLBACK_NAMES)
    night.at_the_fallback("DELETE", "/stray/A")


def _not_back_onto_nameservers_that_are_dead_or_differ(
    night: Night, first: OwnNameserver, second: OwnNameserver
) -> None:
    dead = night.failover("--to", "primary", "--approve")
    assert dead.returncode == 3, dead.stderr
    assert "NOT READY mesh.musterstadt.example. to primary" in dead.stderr
    assert "no-authority: 192.0.2.53 does not speak for the zone" in dead.stderr
    assert "mesh.musterstadt.example.: nobody gets an answer; undoing it takes up to 900 s" in dead.stderr

    first.start(serial=1)
    second.start(serial=2)
    apart = night.failover("--to", "primary", "--approve")
    assert apart.returncode == 3, apart.stderr
    assert "out-of-sync: the serials differ: 1 at 192.0.2.53" in apart.stderr
    first.bring(serial=2)


def _back_with_an_approval_made_ahead(night: Night) -> None:
    """The own nameservers agree; the parent's API refuses at first; a second run does nothing."""
    before = night.settings.read_bytes()
    ahead = night.inside("approve", "--standby", "primary", "--stack", "failover", "--json")
    assert ahead.returncode == 0, ahead.stderr
    expires = datetime.fromisoformat(json.loads(ahead.stdout)["expires"])
    assert timedelta(days=29) < expires - datetime.now(UTC) <= timedelta(days=30)
    assert night.settings.read_bytes() == before

    night.parent_answers(429, times=3)
    night.parent_answers(500, times=2)
    back = night.failover("--to", "primary")
    assert back.returncode == 0, back.stderr
    told = json.loads(back.stdout)
    assert (told["schema"], told["changed"], told["converged"]) == ("ffinfra.failover/1", True, True)
    assert (told["forced"], told["eta_seconds"]) == (False, 900)
    assert night.faults_left() == []
    own = [f"ns{number}.mesh.musterstadt.example" for number in (1, 2, 3)]
    assert _nameservers(night) == sorted(f"{zone} NS {name}" for zone in ZONES for name in own)

    again = night.failover("--to", "primary")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["changed"] is False
    assert "nothing to change: the stack is at mode primary" in again.stderr


def _nameservers(night: Night) -> list[str]:
    """The delegations as the parent's API has them."""
    return sorted(one for one in night.records().values() if " NS " in one)
