from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from ffinfra.lab.plugins.package import STAND_INS, Outcome, install, launcher, write_archive
from ffinfra.problems import OperationalError
from tests.lab.plugins.engine import REPOSITORY, pulumi

HCLOUD = STAND_INS[0]


def test_the_versions_are_those_of_the_packages() -> None:
    assert [(item.name, item.version) for item in STAND_INS] == [
        ("hcloud", "1.43.3"),
        ("cloudflare", "6.23.1"),
    ]


def test_the_launcher_becomes_the_interpreter() -> None:
    assert launcher(HCLOUD, Path("/a venv/bin/python"), Path("/a root")).splitlines() == [
        "#!/bin/sh",
        "# ffinfra.lab.plugins.hcloud: the lab's stand-in for the official plugin",
        "export PYTHONPATH='/a root'",
        "exec '/a venv/bin/python' -P -m ffinfra.lab.plugins.hcloud \"$@\"",
    ]


def test_the_archive_holds_one_executable(tmp_path: Path) -> None:
    write_archive(HCLOUD, tmp_path / "x.tar.gz", python=Path("/p"), project_root=Path("/r"))
    with tarfile.open(tmp_path / "x.tar.gz") as tar:
        (member,) = tar.getmembers()
        assert (member.name, oct(member.mode)) == ("pulumi-resource-hcloud", "0o755")


def test_official_plugins_stay_and_nothing_is_run_for_them(tmp_path: Path) -> None:
    for stand_in in STAND_INS:
        folder = tmp_path / "plugins" / f"resource-{stand_in.name}-v{stand_in.version}"
        folder.mkdir(parents=True)
        (folder / stand_in.executable).write_bytes(b"\x7fELF")
    assert install(tmp_path, pulumi="/nowhere/pulumi") == {
        "hcloud": Outcome.OFFICIAL,
        "cloudflare": Outcome.OFFICIAL,
    }


def test_without_the_cli_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="there is no program '/nowhere/pulumi'"):
        install(tmp_path, pulumi="/nowhere/pulumi")


@pytest.mark.full
def test_install_install_again_and_after_a_move(tmp_path: Path) -> None:
    cli = pulumi()
    python = REPOSITORY / ".venv" / "bin" / "python"
    assert set(install(tmp_path, pulumi=cli, python=python).values()) == {Outcome.INSTALLED}
    assert set(install(tmp_path, pulumi=cli, python=python).values()) == {Outcome.UNCHANGED}
    moved = install(tmp_path, pulumi=cli, python=python, project_root=Path("/elsewhere"))
    assert set(moved.values()) == {Outcome.INSTALLED}
    installed = tmp_path / "plugins" / "resource-hcloud-v1.43.3" / "pulumi-resource-hcloud"
    assert "PYTHONPATH=/elsewhere" in installed.read_text()


@pytest.mark.parametrize("name", ["hcloud", "cloudflare"])
def test_a_plugin_starts_without_what_only_an_update_needs(name: str) -> None:
    """A preview starts the plugin and asks nothing, so what takes long to import has to wait."""
    heavy = ("hcloud", "cloudflare", "requests", "httpx", "pydantic", "pulumi_hcloud", "pulumi_cloudflare")
    module = f"ffinfra.lab.plugins.{name}.__main__"
    program = f"import {module}, sys; print([item for item in {heavy} if item in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"
