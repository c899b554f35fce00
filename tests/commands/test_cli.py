"""Mistakes in calling the command line end in words, not in a traceback."""

from __future__ import annotations

import pytest

from tests.commands.run import Runner


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nonsense",), "No such command"),
        (("dns", "lint", "--nonsense"), "No such option"),
        (("dns", "lint", "--backend", "paper"), "paper"),
    ],
)
def test_a_wrong_call(ffinfra: Runner, arguments: tuple[str, ...], told: str) -> None:
    ran = ffinfra(*arguments)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err
