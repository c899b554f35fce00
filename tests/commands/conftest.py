"""Fixtures of the command line's tests."""

import shutil
from pathlib import Path

import pytest

from tests.commands.run import Runner
from tests.hosts.samples import ROOT


@pytest.fixture
def ffinfra(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Runner:
    """The command line."""
    return Runner(monkeypatch, capfd)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sample's declarations."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml", "dns"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder
