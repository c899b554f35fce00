"""Waivers and own rules as files of a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ffinfra.gate.findings import Finding, Severity, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.gate.own_rules import load_own_rules
from ffinfra.gate.rules import evaluate, waivable_rules
from ffinfra.gate.waivers import read_waivers
from ffinfra.problems import InvalidInputError
from tests.gate.rules.contexts import SERVER, change, context
from tests.gate.rules.exception_cases import SHARED, waiver

WAIVERS = """\
waivers:
  - rule: shared-cpu
    resources: supernodes.*
    reason: known, and borne until then
    owner: alex
    expires: "2026-12-31"
"""
FRIDAY = '''\
from ffinfra.gate.rules.rule import Hit


def _names(context):
    return [change.urn for change in context.changes.effective]


def no_night_work(context):
    """nothing is changed at night

    Said in the meeting of May.
    """
    if context.now.hour < 6 and _names(context):
        yield Hit("it is night", _names(context))
'''
URN = f"urn:pulumi:prod::ffinfra::{SERVER}::sn5"


def judged(project: Path) -> Verdict:
    own = load_own_rules(project)
    steps = [change(Operation.UPDATE, SERVER, "sn5", {"labels": {}}, {"labels": {"a": "b"}})]
    return evaluate(
        replace(
            context(steps),
            own_rules=own.rules,
            own_rules_broken=own.broken,
            waivers=read_waivers(project),
            waivable=waivable_rules(own.rules),
        )
    )


def own_findings(verdict: Verdict) -> list[Finding]:
    return [one for one in verdict.findings if one.rule.startswith("own-")]


def test_without_the_files_there_are_none(tmp_path: Path) -> None:
    assert (read_waivers(tmp_path), own_findings(judged(tmp_path))) == ((), [])


def test_a_waived_change_can_be_approved_and_still_shows(tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    read = read_waivers(tmp_path)
    assert read == (waiver("shared-cpu", "supernodes.*"),)
    verdict = evaluate(context(declarations=SHARED, waivers=read))
    assert not verdict.blocked
    said = [(one.severity, one.resources, one.waived) for one in verdict.findings if one.rule == "shared-cpu"]
    words = "waived until 2026-12-31 by alex: known, and borne until then"
    assert said == [(Severity.BLOCK, (f"supernodes.{name}",), words) for name in ("sn5", "sn6")]
    assert verdict.findings[-2:] == tuple(one for one in verdict.findings if one.waived)


def test_mistakes_have_their_lines(tmp_path: Path) -> None:
    text = WAIVERS.replace("supernodes.*", '""').replace("2026-12-31", "soon")
    (tmp_path / "waivers.yaml").write_text(text.replace("known, and borne until then", "so"))
    with pytest.raises(InvalidInputError) as caught:
        read_waivers(tmp_path)
    assert [(str(one.place), one.path) for one in caught.value.problems] == [
        ("waivers.yaml:3:5", "waivers[0].resources"),
        ("waivers.yaml:4:5", "waivers[0].reason"),
        ("waivers.yaml:6:5", "waivers[0].expires"),
    ]


def test_an_own_rule_blocks_and_can_be_waived(tmp_path: Path) -> None:
    (tmp_path / "gate_rules.py").write_text(FRIDAY)
    verdict = judged(tmp_path)
    way_out = "See no_night_work in gate_rules.py"
    found = Finding("own-no-night-work", Severity.BLOCK, "it is night", (URN,), way_out)
    assert (own_findings(verdict), verdict.blocked) == ([found], True)
    (tmp_path / "waivers.yaml").write_text(
        WAIVERS.replace("shared-cpu", "own-no-night-work").replace("supernodes.*", '"*::sn5"')
    )
    assert [one.waived != "" for one in own_findings(judged(tmp_path))] == [True]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import absent\n", "gate_rules.py cannot be run: ModuleNotFoundError: No module named 'absent'"),
        ("def a(:\n", "gate_rules.py cannot be run: SyntaxError: invalid syntax"),
        ("x = 1\nraise SystemExit(0)\n", "gate_rules.py cannot be run: SystemExit: 0 (gate_rules.py:2)"),
        ("def odd(context):\n    1 / 0\n", "odd is broken: ZeroDivisionError: division by zero (gate_rules.py:2)"),
        ("def odd(context):\n    yield 'x'\n", "odd is broken: TypeError: it yields a str, not a Hit"),
        ("def odd():\n    return []\n", "odd is broken: TypeError: odd() takes 0 positional arguments"),
        ("def odd(context):\n    raise SystemExit\n", "odd is broken: SystemExit (gate_rules.py:2)"),
        ("def odd(context):\n    return 7\n", "odd is broken: TypeError: 'int' object is not iterable"),
    ],
)  # fmt: skip
def test_a_broken_one_blocks_with_the_last_line(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "gate_rules.py").write_text(text)
    verdict = judged(tmp_path)
    (found,) = own_findings(verdict)
    assert verdict.blocked
    assert found.severity is Severity.BLOCK
    assert found.reason.startswith(reason)
