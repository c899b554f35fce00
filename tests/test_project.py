"""Finding the project, and what is told where there is none that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ffinfra.problems import OperationalError
from ffinfra.project import engine_environment, find_project, for_stack

REPOSITORY = Path(__file__).parent.parent


def test_from_a_folder_below() -> None:
    assert find_project(REPOSITORY / "dns" / "zones") == REPOSITORY


def test_another_project_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: ffinfra\n")
    inner = tmp_path / "other"
    inner.mkdir()
    (inner / "Pulumi.yaml").write_text("name: another\n")
    assert find_project(inner) == tmp_path


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="lies in no ffinfra project"):
        find_project(tmp_path)


@pytest.mark.parametrize("content", [b"name: a: b\n", b"name: \xff\n", b"[\n"])
def test_a_project_file_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "Pulumi.yaml"
    file.write_bytes(content)
    with pytest.raises(OperationalError, match=f"{file} cannot be read"):
        find_project(tmp_path)


@pytest.mark.parametrize("content", ["", "- ffinfra\n", "name: 3\n"])
def test_a_project_file_without_a_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(content)
    with pytest.raises(OperationalError, match="lies in no ffinfra project"):
        find_project(tmp_path)


def test_the_schema_of_the_configuration_has_every_key_that_is_read() -> None:
    """The engine refuses values of another type; why two keys are not there stands in Pulumi.yaml."""
    modules = [path for name in ("ffinfra", "components") for path in (REPOSITORY / name).rglob("*.py")]
    read = {key for path in modules for key in re.findall(r'"ffinfra:([A-Za-z]+)"', path.read_text("utf-8"))}
    declared = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text("utf-8"))["config"]
    assert read - declared.keys() == {"mode", "kind"}
    assert declared.keys() - read == set()
    assert [key for key, one in declared.items() if "default" not in one] == ["gateKey"]


def test_the_readme_names_the_plugins_that_the_program_is_written_for() -> None:
    told = re.findall(
        r"plugin install resource (\w+) ([\d.]+)`", (REPOSITORY / "README.md").read_text("utf-8")
    )
    locked = re.findall(r'"pulumi-(\w+)==([\d.]+)"', (REPOSITORY / "pyproject.toml").read_text("utf-8"))
    assert sorted(told) == sorted(locked)


def test_a_stack_may_have_a_backend_and_a_passphrase_of_its_own() -> None:
    common = {"PULUMI_BACKEND_URL": "file:///a", "PULUMI_CONFIG_PASSPHRASE": "a"}
    own = {"FFINFRA_BACKEND_FAILOVER": "file:///b", "FFINFRA_PASSPHRASE_FAILOVER": "b"}
    assert for_stack({**common, **own}, "prod") == {**common, **own}
    assert for_stack({**common, **own}, "failover") == {
        **own,
        "PULUMI_BACKEND_URL": "file:///b",
        "PULUMI_CONFIG_PASSPHRASE": "b",
    }


def test_no_option_reaches_the_engine_by_a_variable(tmp_path: Path) -> None:
    given = {"PATH": "/bin", "PULUMI_OPTION_EXCLUDE": "urn:x", "PULUMI_HOME": "/home"}
    environment = engine_environment(tmp_path, given)
    assert [name for name in environment if name in given] == ["PATH", "PULUMI_HOME"]
