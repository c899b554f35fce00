"""Which processes of a broken-off apply count as alive."""

from __future__ import annotations

import pytest

from ffinfra.gate.leftovers import _parsed, _Process

LINE = (
    "4711 (pulumi (x) y) {state} 1 4711 4711 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 9 0 8642 {octets} 900 "
    "18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 9"
)


@pytest.mark.parametrize("state", ["R", "S", "D", "T"])
def test_a_process_with_memory_is_alive(state: str) -> None:
    line = LINE.format(state=state, octets=1310720)
    assert _parsed(4711, line) == _Process(4711, "pulumi (x) y", "8642")


@pytest.mark.parametrize(("state", "octets"), [("Z", 0), ("X", 0), ("R", 0), ("D", 0)])
def test_one_that_ended_or_was_killed_is_not(state: str, octets: int) -> None:
    """A killed one without memory may stand as running for some milliseconds before it is a zombie."""
    assert _parsed(4711, LINE.format(state=state, octets=octets)) is None
