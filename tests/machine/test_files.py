"""Replacing files and putting them back where the disk does not play along."""

from __future__ import annotations

import errno
import grp
import os
import pwd
from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostFile
from ffinfra.machine import files


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a").write_text("old\n")
    monkeypatch.setattr(os, "fsync", full)
    file = HostFile(
        path=str(tmp_path / "a"),
        content="new\n",
        owner=pwd.getpwuid(os.getuid()).pw_name,
        group=grp.getgrgid(os.getgid()).gr_name,
    )
    with pytest.raises(OSError, match="No space left"):
        files.write(file)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old\n"}


def test_what_is_as_it_was_is_left_alone_and_what_cannot_be_put_back_is_named(tmp_path: Path) -> None:
    same, changed, gone, new, lost = (
        tmp_path / name for name in ("same", "changed", "gone", "new", "at/lost")
    )
    lost.parent.mkdir()
    for path in (same, changed, gone, lost):
        path.write_text("old\n")
    paths = [str(path) for path in (lost, same, changed, gone, new)]
    kept = files.keep(paths)
    number = same.stat().st_ino
    changed.write_text("new\n")
    new.write_text("new\n")
    gone.unlink()
    lost.unlink()
    lost.parent.rmdir()
    lost.parent.write_text("no folder\n")
    assert files.put_back(kept, paths) == (str(lost),)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "at": "no folder\n",
        "same": "old\n",
        "changed": "old\n",
        "gone": "old\n",
    }
    assert same.stat().st_ino == number
