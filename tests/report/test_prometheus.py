"""Textfiles for Prometheus' node exporter."""

from __future__ import annotations

from pathlib import Path

from ffinfra.report.prometheus import write_textfile


def test_it_is_replaced_as_a_whole_and_through_no_link(tmp_path: Path) -> None:
    """The folder is the exporter's: what lies in it under the file's name or beside it is not followed."""
    precious, folder = tmp_path / "precious", tmp_path / "textfiles"
    precious.write_text("as it was\n")
    folder.mkdir()
    for name in ("ffinfra.prom", ".ffinfra.prom.new"):
        (folder / name).symlink_to(precious)
    write_textfile(folder / "ffinfra.prom", "up 1\n")
    assert (precious.read_text(), (folder / "ffinfra.prom").read_text()) == ("as it was\n", "up 1\n")
    assert (folder / "ffinfra.prom").is_symlink() is False
