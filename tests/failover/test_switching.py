"""The bound on asking the APIs, the stack's file around a try, what lies approved; the engine is a script."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.failover import switching
from ffinfra.failover.switching import Switch
from ffinfra.gate.bindings import PresentSwitch
from ffinfra.gate.previewing import Gate, GatePreview
from ffinfra.gate.record import ApprovalRecord, BoundSwitch
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, signers_digest
from ffinfra.gate.state import StackState
from ffinfra.gate.verification import Verified
from tests.gate.signing_people import BINDINGS, KEY, People, record_of

HANGS = "sleep 4 &\nsleep 4\n"
"""A child that outlives the engine holds its output open, as a plugin does."""
SETS = """\
case "$1 $2" in
    "config set") printf 'config: {%s: %s}\\n' "$3" "$4" > Pulumi.failover.yaml ;;
    config*) echo '{"ffinfra:mode": {"value": "primary"}}' ;;
esac
"""
BEFORE = "config:\n  ffinfra:mode: primary   # a comment of ours\n"


def switch_with(folder: Path, script: str) -> Switch:
    """A switch to the fallback whose engine is a script."""
    engine = folder / "pulumi"
    engine.write_text(f"#!/bin/sh\n{script}")
    engine.chmod(0o755)
    (folder / "Pulumi.failover.yaml").write_text(BEFORE)
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    return Switch(Gate(folder, "failover", environment), Mode.FALLBACK)


def test_an_api_that_hangs_does_not_hold_up_the_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "REFRESH_SECONDS", 0.2)
    started = time.monotonic()
    told = switch_with(tmp_path, HANGS).drift()
    assert told == "the APIs were not through within 0.2 s; going on with the state as known"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(("keep", "after"), [(True, "config: {ffinfra:mode: fallback}\n"), (False, BEFORE)])
def test_a_try_that_ends_well(tmp_path: Path, *, keep: bool, after: str) -> None:
    switch = switch_with(tmp_path, SETS)
    with switch.trying(switch.standing(), Standing(Mode.FALLBACK, Trust.PUBLISHED), keep=keep):
        assert switch.file.read_text() == "config: {ffinfra:mode: fallback}\n"
    assert switch.file.read_text() == after


def test_a_try_that_is_refused_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    switch = switch_with(tmp_path, SETS)
    with (
        pytest.raises(KeyboardInterrupt),
        switch.trying(switch.standing(), Standing(Mode.FALLBACK, Trust.PUBLISHED), keep=True),
    ):
        raise KeyboardInterrupt
    assert switch.file.read_text() == BEFORE
    assert [one.name for one in tmp_path.glob(".Pulumi*")] == []


UNASKED = "exit 1\n"
"""Of an approval that lies ready the preview has told everything."""
NARROW = BINDINGS.model_copy(update={"program": "7" * 64, "configuration": "7" * 32})
THERE = BoundSwitch(
    from_mode=Mode.PRIMARY, from_trust=Trust.PUBLISHED, to_mode=Mode.FALLBACK, to_trust=Trust.PUBLISHED
)


@dataclass
class Previewed:
    """What a preview knows of the stack, at a switch to the fallback."""

    bindings = BINDINGS
    key = KEY
    state = StackState(BINDINGS.state, BINDINGS.resources, None, ())
    switch = PresentSwitch(NARROW, Mode.FALLBACK, Trust.PUBLISHED)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signer", "settings", "usable"),
    [
        ("alex", {}, True),
        ("alex", {"bindings": NARROW, "switch": THERE}, True),
        (None, {}, False),
        ("mallory", {}, False),
        ("alex", {"created": LONG_AGO, "expires": LONG_AGO + timedelta(hours=12)}, False),
        ("alex", {"predecessor": "a" * 64}, False),
        ("alex", {"bindings": NARROW}, False),
        ("alex", {"bindings": NARROW, "switch": THERE.model_copy(update={"to_mode": Mode.MIXED})}, False),
    ],
    ids=[
        "signed",
        "a standby",
        "unsigned",
        "signed by a stranger",
        "expired",
        "overtaken",
        "of another program",
        "a standby for elsewhere",
    ],
)
def test_only_what_an_apply_would_take_counts_as_approved(
    tmp_path: Path, people: People, signer: str | None, settings: dict[str, Any], *, usable: bool
) -> None:
    signers = people.signers("alex")
    (tmp_path / ".allowed_signers").write_text(signers)
    gate = switch_with(tmp_path, UNASKED).gate
    pinned = {**gate.environment, PIN_VARIABLE: signers_digest(signers), "HOME": str(tmp_path)}
    switch = Switch(Gate(tmp_path, "failover", pinned), Mode.FALLBACK)
    now = datetime.now(UTC).replace(microsecond=0)
    given = {"stack": "failover", "created": now, "expires": now + timedelta(hours=12), **settings}
    record = record_of(signers, **given)
    switch.gate.store.add(record, sign(record.text, people.key(signer)) if signer else None)
    found = switch.approved_ahead(cast("GatePreview", Previewed()))
    assert (found.record if found else None) == (record if usable else None)


@pytest.fixture
def pinned(tmp_path: Path, people: People) -> Switch:
    """A switch of a stack that alex and kim may approve."""
    signers = people.signers("alex", "kim")
    (tmp_path / ".allowed_signers").write_text(signers)
    gate = switch_with(tmp_path, UNASKED).gate
    environment = {**gate.environment, PIN_VARIABLE: signers_digest(signers), "HOME": str(tmp_path)}
    return Switch(Gate(tmp_path, "failover", {**environment, "USER": "robin"}), Mode.FALLBACK)


def asking_two(people: People, **settings: Any) -> ApprovalRecord:
    """What a preview of the switch would be approved by, now."""
    now = datetime.now(UTC).replace(microsecond=0)
    times = {"created": now, "expires": now + timedelta(hours=12)}
    given = {"stack": "failover", "approvals_needed": 2, **times, **settings}
    return record_of(people.signers("alex", "kim"), **given)


@pytest.mark.parametrize("ahead", [False, True], ids=["made by the same command", "made ahead"])
def test_a_second_person_signs_the_record_that_waits(
    pinned: Switch, people: People, monkeypatch: pytest.MonkeyPatch, *, ahead: bool
) -> None:
    """By the same command, an hour later; the first one's second try is no second signature."""
    made = [asking_two(people), asking_two(people, bindings=NARROW, switch=THERE)]
    an_hour = timedelta(hours=1)
    earlier = {"created": made[0].created - an_hour, "expires": made[0].expires - an_hour}
    waiting = made[ahead].model_copy(update=earlier)
    pinned.gate.store.add(waiting, sign(waiting.text, people.key("alex")))
    monkeypatch.setattr(switching, "prepare", lambda *_, switch=None: made[switch is not None])
    shown = cast("GatePreview", Previewed())

    pinned.sign(shown, people.key("alex"), THERE)
    assert pinned.approved_ahead(shown) is None
    stored = pinned.sign(shown, people.key("kim"), THERE)
    assert [one.record for one in pinned.gate.store.all()] == [waiting]
    assert (stored.record, len(stored.signatures)) == (waiting, 2)
    assert pinned.approved_ahead(shown) == Verified(waiting, ("alex", "kim"))


def test_a_record_that_is_not_of_this_change_is_left_alone(
    pinned: Switch, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = asking_two(people)
    planted = fresh.model_copy(update={"signers": people.signers("mallory")})
    pinned.gate.store.add(planted, sign(planted.text, people.key("mallory")))
    monkeypatch.setattr(switching, "prepare", lambda *_, **__: fresh)
    stored = pinned.sign(cast("GatePreview", Previewed()), people.key("kim"), THERE)
    assert (stored.record, len(stored.signatures)) == (fresh, 1)
