"""The terminal: no name of a resource or a record draws on it."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from ffinfra.gate.findings import Finding, Severity, Skipped, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.report.terminal import print_changes, print_verdict, print_zones
from tests.gate.rules.contexts import RRSET, SERVER, change, context
from tests.report.previews import HOSTILE

MARKUP = f"[red]x[/] [link=http://x]y[/link] {HOSTILE}"


def _printed() -> str:
    inputs = {"zone": "x.example", "name": "www", "type": "TXT", "ttl": 60, "records": [{"value": '"a"'}]}
    changed = context(
        [
            change(Operation.UPDATE, SERVER, MARKUP, {"labels": {MARKUP: "a"}}, {"labels": {MARKUP: MARKUP}}),
            change(Operation.CREATE, RRSET, MARKUP, None, inputs),
        ]
    )
    finding = Finding("own-x", Severity.BLOCK, MARKUP, (MARKUP,), MARKUP)
    waived = Finding("own-y", Severity.BLOCK, MARKUP, (MARKUP,), MARKUP, waived=MARKUP)
    broken = Finding("glass-broken", Severity.NOTE, MARKUP, (), MARKUP)
    text = StringIO()
    console = Console(file=text, force_terminal=True, color_system="standard", width=4000, highlight=False)
    print_changes(console, changed.changes.effective, explain=True)
    print_zones(console, changed.dns, explain=True)
    print_verdict(console, Verdict((finding, broken, waived), (Skipped("x", MARKUP),)))
    return text.getvalue()


def test_nothing_hostile_reaches_the_terminal() -> None:
    text = _printed()
    assert "\x1b[2J" not in text
    assert "\x1b]8;" not in text
    assert not any(character in text for character in "\x00\u202e")
    assert text.count("[red]x[/] [link=http://x]y[/link]") >= 8
    assert "<script>alert(1)</script>" in text


def test_a_broken_rule_is_red() -> None:
    line = next(line for line in _printed().splitlines() if "glass-broken" in line)
    assert line.startswith("\x1b[1;31mNOTE")
