"""A preview that was asked for with limits is told from one that was not, by previews of the real engine too."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.gate.changes import changes_of
from ffinfra.gate.digest import parse_digest
from tests.gate.corpus.expected import digest_file
from tests.gate.corpus.scenario import Scenario
from tests.gate.corpus.scenarios import SCENARIOS
from tests.gate.digests import SERVER, change_set, digest_text, step

INPUTS = {"name": "sn5"}
KNOWN = {"id": "1", "outputs": INPUTS}
KEPT = {"outputs": INPUTS}
ERROR = [{"severity": "error", "message": "sn5 is protected"}]


@pytest.mark.parametrize(
    ("steps", "more", "limits"),
    [
        ([step("same", "sn5", SERVER, INPUTS, INPUTS, old_state=KNOWN)], {}, ()),
        (
            [step("same", name, SERVER, INPUTS, INPUTS, old_state=KNOWN, new_state=KEPT) for name in "ab"],
            {},
            ("a and 1 more was left out (--target or --exclude)",),
        ),
        (
            [step("same", "gate", "freifunk:index:GateRecord", {}, {})],
            {},
            ("gate was left out (--target or --exclude)",),
        ),
        ([step("same", "sn1", "ffinfra:network:Supernode", {}, {}, new_state={"custom": False})], {}, ()),
        (
            [step("delete", "sn5", SERVER, INPUTS, old_state={"protect": True})],
            {},
            ("sn5 is protected and would be removed all the same (--ignore-protect)",),
        ),
        ([step("delete", "sn5", SERVER, INPUTS, old_state={"protect": True})], {"diagnostics": ERROR}, ()),
    ],
    ids=["whole", "left out", "not created", "a component", "protection passed over", "protection minded"],
)  # fmt: skip
def test_signs(steps: list[dict[str, Any]], more: dict[str, Any], limits: tuple[str, ...]) -> None:
    assert change_set(*steps, **more).limits == limits
    assert changes_of(parse_digest(digest_text(steps, **more), "x"), unlimited=True).limits == ()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_no_preview_of_the_real_engine_is_taken_for_what_it_is_not(scenario: Scenario) -> None:
    limited = any(option in scenario.options for option in ("--target", "--exclude", "--ignore-protect"))
    assert bool(changes_of(parse_digest(digest_file(scenario).read_text(), "x")).limits) == limited
