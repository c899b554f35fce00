"""Who may approve from the next change on, as a person is shown it."""

from __future__ import annotations

from ffinfra.gate.signers import Authority
from ffinfra.report.handover import handover_lines

BEFORE = Authority("alex ssh-ed25519 AAAA\nkim ssh-ed25519 BBBB\n")


def test_nothing_is_handed_on() -> None:
    assert handover_lines(BEFORE, BEFORE.signers, free_additions=False) == ()


def test_each_line_that_comes_or_goes_and_what_becomes_free() -> None:
    signers = "alex ssh-ed25519 AAAA\nmallory\x1b[8m ssh-ed25519 CCCC\n"
    assert handover_lines(BEFORE, signers, free_additions=True) == (
        "who may approve from the next change on (.allowed_signers):",
        "  - kim ssh-ed25519 BBBB",
        "  + mallory\\x1b[8m ssh-ed25519 CCCC",
        "free additions: not free -> free (where they are free, whatever only adds needs no signature)",
    )


def test_a_last_line_end_is_a_change_too() -> None:
    assert handover_lines(BEFORE, BEFORE.signers + "\n", free_additions=False)[1:] == ("  + ",)
