"""What an approval binds of a checkout: whatever can be imported or is read, and nothing else."""

from __future__ import annotations

import ast
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from ffinfra.gate.program import LEFT_OUT, program_digest, program_files
from ffinfra.problems import InvalidInputError
from tests.lab.plugins.engine import REPOSITORY

BOUND = [
    "Pulumi.yaml", "__main__.py", "gate_rules.py", "waivers.yaml", "requirements.lock", "requirements-policy.lock",
    "policies/a/PulumiPolicy.yaml", "policies/a/deep/notes.txt", "components/a.py",
    "ffinfra/gate/guard.py", "ffinfra/gate/rules/x.py", "dns/zones/a.zone", "plugins/freifunk/x",
    "ansible/host.yml", "credentials/console.pem", "yaml.py", "msgspec/__init__.py", "space/deep/module.so",
    "pulumi_hcloud.pyc", "x.dist-info/entry_points.txt", "ffinfra/gate/compiled.pyc",
]  # fmt: skip
UNBOUND = [
    "README.md", "CHANGELOG.md", "docs/LIMITS.md", "tests/gate/x.py", "tools/x.py", "bench/x.py", ".ci/apply",
    "approvals/prod/x.record.json", "Pulumi.prod.yaml", "pyproject.toml", ".venv/lib/x.py", "notes/x.txt",
    "ffinfra/__pycache__/x.cpython-311.pyc",
]  # fmt: skip


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (*BOUND, *UNBOUND):
        write(tmp_path, name, "a\n")
    return tmp_path


@pytest.mark.parametrize("name", BOUND)
def test_what_is_bound(project: Path, name: str) -> None:
    """Changed, moved away, or new: an approval that was given before is useless."""
    before = program_digest(project)
    write(project, name, "b\n")
    changed = program_digest(project)
    (project / name).unlink()
    assert len({before, changed, program_digest(project)}) == 3


@pytest.mark.parametrize("name", UNBOUND)
def test_what_is_not(project: Path, name: str) -> None:
    before = program_digest(project)
    write(project, name, "b\n")
    assert program_digest(project) == before
    (project / name).unlink()
    assert program_digest(project) == before


def test_a_name_cannot_pretend_to_be_two_files(project: Path) -> None:
    seen = set()
    for names in (["a\nb"], ["a", "b"]):
        for name in names:
            write(project, f"dns/{name}", "x")
        seen.add(program_digest(project))
        for name in names:
            (project / "dns" / name).unlink()
    assert len(seen) == 2


@pytest.mark.parametrize(
    "place", ["components/more", "ffinfra/gate/more", "msgspec2", "components/__pycache__"]
)
def test_a_link_to_a_folder_is_refused(project: Path, tmp_path: Path, place: str) -> None:
    """Python imports through it, and no walk over the files would see what it imports."""
    write(tmp_path, ".aside/evil.py", "x = 1\n")
    (project / place).symlink_to(tmp_path / ".aside")
    with pytest.raises(InvalidInputError, match=f"{place}: is a link to a folder"):
        program_digest(project)


def test_a_link_to_a_file_counts_with_its_target_and_its_content(project: Path, tmp_path: Path) -> None:
    link, aside = project / "components" / "linked.py", tmp_path / ".aside.py"
    seen = set()
    for target, text in ((aside, "x = 1\n"), (aside, "x = 2\n"), (tmp_path / ".nowhere", "x = 2\n")):
        aside.write_text(text)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        seen.add(program_digest(project))
    assert len(seen) == 3


@pytest.mark.parametrize("mode", ["CHECKED_HASH", "UNCHECKED_HASH"])
@pytest.mark.parametrize("folder", ["components", "."])
def test_a_compiled_module_that_runs_instead_of_its_source_is_refused(
    project: Path, folder: str, mode: str
) -> None:
    source = project / folder / "small.py"
    source.write_text("x = 1\n")
    before = program_digest(project)
    py_compile.compile(str(source))
    assert program_digest(project) == before
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode[mode])
    with pytest.raises(InvalidInputError, match="is compiled in a way that runs it whatever its source says"):
        program_digest(project)


def test_a_new_module_in_the_root_shadows_a_library(tmp_path: Path) -> None:
    """Why the root is bound: this is what the language host's way of running a program does."""
    (tmp_path / "__main__.py").write_text("import yaml\nprint(yaml.__file__)\n")
    (tmp_path / "yaml.py").write_text("")
    run = f"import runpy; runpy.run_path({str(tmp_path)!r}, run_name='__main__')"
    told = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(tmp_path / "yaml.py")
    assert tmp_path / "yaml.py" in set(program_files(tmp_path))


def test_nothing_that_is_bound_imports_what_is_left_out() -> None:
    found = set()
    for file in program_files(REPOSITORY):
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(file.read_bytes())):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names = [node.module]
                found |= {name.split(".")[0] for name in names}
    assert "pulumi" in found
    assert found.isdisjoint(LEFT_OUT)
