"""House rules that a machine can tell: names of modules; the policies of conftest, tried on a run of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


JOBLESS = {"utils", "util", "helpers", "helper", "common", "manager", "shared", "misc"}
"""Names that say nothing of a module's job."""


def test_a_module_is_named_by_its_job() -> None:
    folders = ("ffinfra", "components", "tools", "bench", "tests")
    modules = [path for name in folders for path in (CONFTEST.parents[1] / name).rglob("*.py")]
    assert len(modules) > 500
    assert [path for path in modules if JOBLESS & {path.stem, path.parent.name}] == []


def _run(folder: Path, body: str, ci: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text(CONFTEST.read_text("utf-8"), "utf-8")
    (folder / "test_one.py").write_text(body, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  full: x\n  root: x\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        str(folder),
    ]
    environment = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout


@pytest.mark.full
@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_tool_is_a_skip_but_a_failure_in_ci(tmp_path: Path, ci: str, code: int) -> None:
    body = "import pytest\ndef test_one():\n    pytest.skip('not installed: knotd')\n"
    returned, output = _run(tmp_path, body, ci)
    assert returned == code
    assert "not installed: knotd" in output


@pytest.mark.full
def test_data_that_is_not_in_the_repository_is_a_skip_in_ci_too(tmp_path: Path) -> None:
    body = "import pytest\ndef test_one():\n    pytest.skip('it holds real zones and recordings')\n"
    assert _run(tmp_path, body, "true")[0] == 0


@pytest.mark.full
@pytest.mark.parametrize(
    ("mark", "host", "code"),
    [("", "192.0.2.1", 1), ("", "127.0.0.1", 0), ("@pytest.mark.full", "192.0.2.1", 0)],
)
def test_a_fast_test_stays_on_the_loopback(tmp_path: Path, mark: str, host: str, code: int) -> None:
    body = (
        f"import pytest, socket\n{mark}\ndef test_one():\n    with socket.socket() as one:\n"
        f"        one.settimeout(0.01)\n        one.connect_ex(('{host}', 9))\n"
    )
    assert _run(tmp_path, body, "")[0] == code
