"""Who may approve from the next change on, as a person is shown it: at the terminal, in the comment, in JSON."""

from __future__ import annotations

from dataclasses import replace

from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Verdict
from ffinfra.gate.handing_on import HandingOn, UnknownAuthority
from ffinfra.gate.operations import Operation
from ffinfra.gate.signers import Authority
from ffinfra.report.handover import handover_lines
from ffinfra.report.preview_form import preview_form
from ffinfra.report.preview_markdown import KEYS_SHOWN, comment
from ffinfra.report.preview_page import page
from ffinfra.report.schemas import HandoverForm, PreviewForm
from tests.gate.digests import SERVER, change_set, step
from tests.gate.signing_people import NOW

BEFORE = Authority("alex ssh-ed25519 AAAA\nkim ssh-ed25519 BBBB\n")
SAME = HandingOn(BEFORE, BEFORE.signers, free_additions=False)
MALLORY = HandingOn(BEFORE, "alex ssh-ed25519 AAAA\nmallory\x1b[8m ssh-ed25519 CCCC\n", free_additions=True)
UNKNOWN = HandingOn(UnknownAuthority("there is\nno approval"), "", free_additions=True)
NOTHING = change_set()
ADDITION = change_set(step("create", "sn5", SERVER, None, {"name": "sn5"}))


def form(changes: ChangeSet, handing_on: HandingOn) -> PreviewForm:
    context = GateContext(changes, NOW)
    return preview_form("prod", context, Verdict(()), bool(changes.effective), handing_on)


def test_nothing_is_handed_on() -> None:
    assert handover_lines(SAME) == ()
    assert HandoverForm.of(SAME) is None
    told = form(NOTHING, SAME)
    assert (told.handover, told.approval_needed, told.approvals) == (None, False, 0)
    assert "🔏" not in comment([told])


def test_each_line_that_comes_or_goes_and_what_becomes_free() -> None:
    free = "free additions: not free -> free (where they are free, whatever only adds needs no signature)"
    assert handover_lines(MALLORY) == (
        "who may approve from the next change on (.allowed_signers):",
        "  - kim ssh-ed25519 BBBB",
        "  + mallory\\x1b[8m ssh-ed25519 CCCC",
        free,
    )
    assert HandoverForm.of(replace(MALLORY, apart=True)) == HandoverForm(
        signers_removed=("kim ssh-ed25519 BBBB",),
        signers_added=("mallory\x1b[8m ssh-ed25519 CCCC",),
        signers_apart=True,
        free_before=False,
        free_after=True,
    )
    told = comment([form(NOTHING, MALLORY)])
    assert "## 🔑 1 person must approve\n" in told
    assert (
        f"""
🔏 **`prod`: others may approve from the next change on**
- \\- `kim ssh-ed25519 BBBB`
- \\+ `mallory\\x1b[8m ssh-ed25519 CCCC`
🔏 **`prod`: {free}**
"""
        in told
    )


def test_a_change_of_signers_beside_resources_is_told_as_one_of_its_own() -> None:
    later = replace(MALLORY, free_additions=False, apart=True)
    assert handover_lines(later)[-1] == "the signers are approved by themselves, once this is applied"
    assert "next change on** (the signers are approved by themselves, once this is applied)\n" in comment(
        [form(ADDITION, later)]
    )


def test_a_last_line_end_is_a_change_too() -> None:
    assert handover_lines(replace(SAME, signers=BEFORE.signers + "\n"))[1:] == ("  + ",)


def test_who_is_in_force_may_not_be_known() -> None:
    assert handover_lines(UNKNOWN) == ("who may approve: not known (there is\\nno approval)",)
    assert HandoverForm.of(UNKNOWN) == HandoverForm(unknown="there is\nno approval")
    told = form(ADDITION, UNKNOWN)
    assert (told.approval_needed, told.approvals) == (True, 1)
    assert "🔏 `prod`: who may approve is not known here (`there is\\nno approval`)\n" in comment([told])


def test_what_is_free_asks_nobody_unless_who_decides_changes() -> None:
    """What counts is what is in force, never what the change itself declares."""
    free = HandingOn(replace(BEFORE, free_additions=True), BEFORE.signers, free_additions=True)
    told = form(ADDITION, free)
    assert (told.approval_needed, told.approvals, told.handover) == (True, 0, None)
    assert "## ✅ nobody needs to approve\n" in comment([told])
    no_more = replace(free, free_additions=False)
    assert [form(ADDITION, one).approvals for one in (no_more, MALLORY)] == [1, 1]
    removal = change_set(step("delete", "sn5", SERVER, {"name": "sn5"}, None))
    assert [one.operation for one in removal.effective] == [Operation.DELETE]
    assert form(removal, free).approvals == 2


def test_many_lines_and_long_keys_always_fit() -> None:
    signers = "".join(f"one{number} ssh-rsa {'A' * 800}\n" for number in range(200))
    told = comment([form(ADDITION, replace(SAME, signers=signers)) for _ in range(2)])
    assert told.count(f"- and {200 + 2 - KEYS_SHOWN} more lines (ffinfra preview)\n") == 2
    assert f"- \\+ `one0 ssh-rsa {'A' * 800}`\n" in told


def test_the_page_tells_it_too() -> None:
    told = page([form(NOTHING, MALLORY), form(ADDITION, UNKNOWN)])
    for words in (
        "Others may approve from the next change on",
        "- kim ssh-ed25519 BBBB",
        "+ mallory\\x1b[8m ssh-ed25519 CCCC",
        "free additions: not free -&gt; free",
        "Who may approve is not known here: there is\\nno approval",
    ):
        assert words in told
