"""Which plugin would be started, as an approval binds it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from ffinfra.gate.versions import versions

WANTED = metadata.version("pulumi-hcloud")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    return {"PATH": str(tmp_path / "bin"), "PULUMI_HOME": str(tmp_path)}


def plugin(environment: dict[str, str]) -> str:
    return versions("3.259.0", environment)["plugin hcloud"]


def test_none(environment: dict[str, str]) -> None:
    assert plugin(environment) == "not installed"


def test_that_of_the_package(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "plugins" / "resource-hcloud-v0.0.1").mkdir(parents=True)
    assert plugin(environment) == "not installed"
    (tmp_path / "plugins" / f"resource-hcloud-v{WANTED}").mkdir()
    assert plugin(environment) == WANTED
    assert plugin({"HOME": str(tmp_path / "elsewhere")}) == "not installed"


def test_one_on_the_path_comes_first_and_counts_by_its_content(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "plugins" / f"resource-hcloud-v{WANTED}").mkdir(parents=True)
    seen = set()
    for text in ("one", "two"):
        file = tmp_path / "bin" / "pulumi-resource-hcloud"
        file.write_text(text)
        file.chmod(0o755)
        seen.add(plugin(environment))
    assert [one.startswith("on PATH, SHA-256 ") for one in seen] == [True, True]
