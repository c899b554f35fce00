"""Previews recorded from the real engine, and what the gate says of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ffinfra.gate.changes import changes_of
from ffinfra.gate.digest import parse_digest
from tests.gate.corpus.expected import PREVIEWS, digest_file, judged, recorded, text_file
from tests.gate.corpus.recording import Recorder
from tests.gate.corpus.scenario import Scenario
from tests.gate.corpus.scenarios import SCENARIOS

AGAIN = ("own-zone-nearly-emptied", "server-deleted-protected", "address-imported-that-differs")
"""Recorded anew in the test: a zone, a preview that fails, and one that reads what stands."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_what_the_gate_says(scenario: Scenario) -> None:
    assert judged(scenario, recorded(scenario)) == text_file(scenario).read_text(), (
        "if this is meant: python -m tests.gate.corpus --expect"
    )


def test_there_are_sixty_and_none_is_left_over() -> None:
    names = [one.name for one in SCENARIOS]
    assert len(names) == len(set(names)) >= 60
    digests = sorted(file.stem for file in PREVIEWS.glob("*.json"))
    assert digests == sorted(file.stem for file in PREVIEWS.glob("*.txt")) == sorted(names)
    logs = sorted(file.name.split(".")[0] for file in PREVIEWS.glob("*.events.jsonl"))
    assert logs == sorted(one.name for one in SCENARIOS if one.policies)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_the_order_of_steps_does_not_matter(scenario: Scenario) -> None:
    digest = json.loads(digest_file(scenario).read_text())
    turned = {**digest, "steps": digest["steps"][::-1]}
    assert changes_of(parse_digest(json.dumps(turned), "x")) == changes_of(
        parse_digest(json.dumps(digest), "x")
    )


def test_no_recording_holds_a_secret_or_a_path_of_a_machine() -> None:
    for file in PREVIEWS.glob("*.json*"):
        text = file.read_text()
        for word in ("c2VjcmV0", "hhhhhhhh", "cccccccc", "/tmp/", "/home/", "/root/", "plaintext"):
            assert word not in text, file.name


@pytest.mark.full
def test_the_engine_still_says_the_same(tmp_path: Path) -> None:
    chosen = [one for one in SCENARIOS if one.name in AGAIN]
    recorder = Recorder(tmp_path / "recorder")
    recorder.learn(chosen)
    for one in chosen:
        assert judged(one, recorder.record(one)) == text_file(one).read_text()
