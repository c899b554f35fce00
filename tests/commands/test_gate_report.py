"""``ffinfra gate report``."""

from __future__ import annotations

from pathlib import Path

from ffinfra.report.preview_junit import junit
from ffinfra.report.preview_markdown import comment
from ffinfra.report.preview_page import page
from ffinfra.report.preview_sarif import sarif
from tests.commands.run import Runner
from tests.report.previews import WHOLE, preview


def test_the_command_writes_all_of_them(ffinfra: Runner, tmp_path: Path) -> None:
    (tmp_path / "prod.json").write_text(WHOLE.model_dump_json(by_alias=True))
    (tmp_path / "failover.json").write_text(preview("failover").model_dump_json(by_alias=True))
    files = [str(tmp_path / name) for name in ("prod.json", "failover.json")]
    both = [WHOLE, preview("failover")]
    printed = ffinfra("gate", "report", *files)
    assert (printed.code, printed.out) == (3, comment(both))
    options = {"--markdown": comment, "--html": page, "--sarif": sarif, "--junit": junit}
    arguments = [part for option in options for part in (option, str(tmp_path / option[2:]))]
    assert ffinfra("gate", "report", files[1], files[1], *arguments).code == 0
    for option, render in options.items():
        assert (tmp_path / option[2:]).read_text("utf-8") == render([both[1], both[1]])


def test_what_is_no_preview(ffinfra: Runner, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text("{}")
    ran = ffinfra("gate", "report", str(file), str(file))
    assert (ran.code, ran.out) == (2, "")
    assert f"{file}: is no preview (Field required). Make it with: ffinfra preview --json > FILE" in ran.err
