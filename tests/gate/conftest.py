"""Projects behind the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.gated_project import GatedProject


@pytest.fixture
def project(tmp_path: Path) -> GatedProject:
    return GatedProject(tmp_path / "gated")
