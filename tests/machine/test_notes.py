"""What a rollout notes on disk is read back as it was, and what is no such note is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.machine import notes
from ffinfra.machine.links import Outdated
from ffinfra.problems import OperationalError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the notes lie in this test."""
    for name in ("UNITS", "LINKS"):
        monkeypatch.setattr(notes, name, tmp_path / "notes" / name)
    return tmp_path / "notes"


def test_names_come_back_as_they_were(folder: Path) -> None:
    """The kernel permits blanks that are not of ASCII, and whatever Unicode takes for the end of a line."""
    links = (Outdated("br0", "br1", ("eth0", "e\u2003th\u0085\u20281")), Outdated("wg0", None, ()))
    notes.write(["b.service", "a.service"], links)
    assert notes.unfinished_links() == links
    assert notes.unfinished_units() == frozenset({"a.service", "b.service"})
    notes.forget()
    assert (notes.unfinished_links(), notes.unfinished_units(), list(folder.iterdir())) == (
        (),
        frozenset(),
        [],
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"wg0\n", "the line 'wg0' is of no known form"),
        (b" wg0\n", "the line ' wg0' is of no known form"),
        (b"wg0 wg0 \xff\n", "'utf-8' codec can't decode byte 0xff in position 8: invalid start byte"),
    ],
)
def test_what_is_no_such_note_is_told(folder: Path, text: bytes, why: str) -> None:
    folder.mkdir()
    notes.LINKS.write_bytes(text)
    with pytest.raises(OperationalError) as raised:
        notes.unfinished_links()
    assert str(raised.value) == (
        f"what a rollout that was cut off had yet to do cannot be read from {notes.LINKS}: {why}."
        " See that bridges have their ports (ip link show) and daemons run, then remove it"
    )
