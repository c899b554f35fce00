"""``ffinfra dns lint``: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.run import Runner
from tests.daemons.projects import make_project
from tests.dns.zones import SMALL

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.zone"
    path.write_text(SMALL)
    return path


def test_a_clean_zone(ffinfra: Runner, small: Path) -> None:
    ran = ffinfra("dns", "lint", str(small))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "1 zones with 8 records: 0 error, 0 warning, 0 info\n"


def test_warnings_alone_are_no_failure(ffinfra: Runner, small: Path) -> None:
    small.write_text(SMALL + "other CNAME nowhere\n")
    ran = ffinfra("dns", "lint", str(small))
    assert ran.code == 0
    assert f"{small}:11:1: warning: other.mesh.example. CNAME: " in ran.out
    assert "[alias-target-missing]" in ran.out


def test_an_error_in_json(ffinfra: Runner, small: Path) -> None:
    small.write_text(SMALL + "@ MX 10 nowhere\n")
    ran = ffinfra("dns", "lint", str(small), "--json")
    found = json.loads(ran.out)
    assert ran.code == 3
    assert (found["schema"], found["zones"], found["errors"]) == ("ffinfra.dns-lint/1", ["mesh.example."], 1)
    (finding,) = found["findings"]
    assert finding["rule"] == "target-missing"
    assert (finding["file"], finding["line"], finding["column"]) == (str(small), 11, 1)
    assert "error: mesh.example. MX" in ran.err


def test_unreadable_files_with_line_and_column(ffinfra: Runner, small: Path, tmp_path: Path) -> None:
    small.write_text(SMALL + "bad A 192.0.2.300\n")
    ran = ffinfra("dns", "lint", str(small), str(tmp_path / "absent.zone"), "--json")
    problems = json.loads(ran.out)["problems"]
    assert ran.code == 2
    assert [(one["file"], one["line"], one["column"]) for one in problems] == [
        (str(small), 11, 7),
        (str(tmp_path / "absent.zone"), None, None),
    ]
    assert f"{small}:11:7: " in ran.err


def test_the_name_of_a_file_says_its_zone(ffinfra: Runner, tmp_path: Path) -> None:
    path = tmp_path / "mesh.example.zone"
    path.write_text(SMALL.replace("$ORIGIN mesh.example.\n", ""))
    assert ffinfra("dns", "lint", str(path)).code == 0
    path.write_text(SMALL.replace("$ORIGIN mesh.example.\n", "") + "bad A 192.0.2.300\n")
    ran = ffinfra("dns", "lint", str(path))
    assert ran.code == 2
    assert ran.err.splitlines()[0] == "1 mistake in the input"


def test_the_same_zone_twice_and_an_origin_for_two(ffinfra: Runner, small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zone"
    other.write_text(SMALL)
    ran = ffinfra("dns", "lint", str(small), str(other))
    assert ran.code == 2
    assert f"{other}: holds mesh.example., as {small} does" in ran.err
    ran = ffinfra("dns", "lint", str(small), str(other), "--origin", "mesh.example")
    assert "--origin: is given for several files" in ran.err


def test_backends_and_outage(ffinfra: Runner, small: Path) -> None:
    small.write_text(SMALL + "loc LOC 52 22 23.000 N 9 44 0.000 E 50m\n")
    ran = ffinfra("dns", "lint", str(small), "--backend", "hetzner", "--longest-outage", "2000000")
    assert ran.code == 3
    assert "[backend-cannot-carry]" in ran.out
    assert "[soa-expire-outage]" in ran.out


def test_the_declared_outage_counts_for_the_project(ffinfra: Runner, tmp_path: Path) -> None:
    text = SMALL.replace("mesh.example", "mesh.net.example")
    project = make_project(tmp_path, {"mesh.net.example": text}, parent="net.example", own=("192.0.2.1", "192.0.2.2"),
                           fallback=("198.51.100.1", "198.51.100.2"))  # fmt: skip
    path = project / "dns" / "delegations.yaml"
    path.write_text(path.read_text() + "longest_outage: 2000000\n")
    assert "[soa-expire-outage]" in ffinfra("dns", "lint", "--project", str(project)).out
    ran = ffinfra("dns", "lint", "--project", str(project), "--longest-outage", "3600")
    assert "[soa-expire-outage]" not in ran.out


def test_the_project(ffinfra: Runner) -> None:
    ran = ffinfra("dns", "lint", "--project", str(PROJECT), "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert found["zones"] == ["ff.musterstadt.example.", "mesh.musterstadt.example."]
