"""``ffinfra dns check`` against real nameservers on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.run import Ran, Runner
from tests.daemons.projects import make_project
from tests.dns.check.live_world import NS1, NS2, ROOT, Served, World, apex, world

BOTH = {"ns1": NS1, "ns2": NS2}
UP, KEPT = "127.0.53.15", "kept.up.test"
OWN = {f"ns1.{KEPT}": "127.0.53.31", f"ns2.{KEPT}": "127.0.53.32"}
WARM = {"fb1.up.test": "127.0.53.33", "fb2.up.test": "127.0.53.34"}
BY_DESIGN = ("--case", "delegation07", "--case", "consistency01", "--case", "consistency04")


@dataclass(frozen=True)
class Checked:
    """A world and how to check a zone in it."""

    built: World
    hints: Path
    ffinfra: Runner

    def __call__(self, *arguments: str) -> Ran:
        where = ("--hints", str(self.hints), "--port", str(self.built.port), "--no-ipv6")
        return self.ffinfra("dns", "check", *arguments, *where)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zones = {zone: Served(apex(zone, BOTH)) for zone in ("good.test", "lame.test")}
    with world(tmp_path_factory.mktemp("world")) as built:
        built.serve(NS1, zones)
        built.serve(NS2, {"good.test": zones["good.test"]})
        for zone in (*zones, "dead.test"):
            built.delegate(zone, BOTH)
        _serve_kept(built)
        built.serve_top()
        yield built


def _serve_kept(built: World) -> None:
    """A zone at rest: our copy names all nameservers, the parent ours alone, the provider has its own SOA and NS."""
    names = [f"@ NS {name}." for name in (*OWN, *WARM)]
    ours = "\n".join([*names, *(f"{name}. A {address}" for name, address in OWN.items())])
    theirs = "\n".join([*names[2:], *(f"{name}. A {address}" for name, address in OWN.items())])
    for address in OWN.values():
        built.serve(address, {KEPT: Served(ours)})
    for address in WARM.values():
        built.serve(address, {KEPT: Served(theirs, serial=7)})
    above = ["@ NS ns1.up.test.", f"ns1.up.test. A {UP}"]
    above += [f"{KEPT}. NS {name}." for name in OWN]
    above += [f"{name}. A {address}" for name, address in (OWN | WARM).items()]
    built.serve(UP, {"up.test": Served("\n".join(above))})
    built.delegate("up.test", {"ns1": UP})


@pytest.fixture
def check(servers: World, tmp_path: Path, ffinfra: Runner) -> Checked:
    hints = tmp_path / "named.root"
    hints.write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {ROOT}\n")
    return Checked(servers, hints, ffinfra)


@pytest.mark.full
def test_a_good_and_a_lame_zone(check: Checked) -> None:
    cases = ("--case", "basic02", "--case", "delegation04", "--case", "connectivity03", "--level", "error")
    ran = check("good.test", *cases)
    assert ran.code == 0
    assert "SKIPPED  connectivity03" in ran.out
    assert "delegation04" not in ran.out
    ran = check("good.test", "lame.test", "dead.test", *cases, "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["schema"]) == (3, "ffinfra.dns-check/1")
    assert [(zone["zone"], zone["worst"], zone["complete"]) for zone in found["zones"]] == [
        ("good.test", "INFO", True),
        ("lame.test", "WARNING", True),
        ("dead.test", "CRITICAL", True),
    ]
    lame = next(case for case in found["zones"][1]["cases"] if case["case"] == "delegation04")
    assert {(one["tag"], one["level"]) for one in lame["findings"]} == {("IS_NOT_AUTHORITATIVE", "WARNING")}
    assert f"ns2.lame.test/{NS2}" in lame["findings"][0]["message"]
    assert "CRITICAL basic02" in ran.err


@pytest.mark.full
def test_a_delegation_is_tried_before_it_is_published(check: Checked) -> None:
    assert check("dead.test", "--case", "basic02").code == 3
    planned = ("--ns", f"ns1.dead.test/{NS1}")
    assert check("lame.test", "--ns", f"ns1.lame.test/{NS1}", "--case", "basic02").code == 0
    assert check("dead.test", *planned, "--case", "basic02").code == 3
    assert check("lame.test", "good.test", *planned).code == 2


@pytest.mark.full
def test_what_is_given_up_is_no_success(check: Checked) -> None:
    ran = check("silent.elsewhere", "--seconds", "1", "--json")
    assert ran.code == 3


@pytest.mark.full
def test_what_differs_by_design_is_known_from_the_declarations(check: Checked, tmp_path: Path) -> None:
    project = make_project(tmp_path, {KEPT: Served("@ NS a.example.").text(KEPT)}, parent="up.test",
                           own=tuple(OWN.values()), fallback=tuple(WARM.values()))  # fmt: skip
    ran = check(KEPT, *BY_DESIGN, "--project", str(project), "--json")
    assert ran.code == 0
    assert {one["tag"]: one["by_design"] for one in _loud(ran)} == {
        "EXTRA_NAME_CHILD": False,
        "MULTIPLE_NS_SET": False,
        "MULTIPLE_SOA_SERIALS": False,
        "SOA_SERIAL_VARIATION": False,
    }

    path = project / "dns" / "delegations.yaml"
    document = yaml.safe_load(path.read_text())
    document["nameservers"] = {
        "own": [{"name": name, "ipv4": address} for name, address in OWN.items()],
        "fallback": [{"name": name, "ipv4": address} for name, address in WARM.items()],
    }
    path.write_text(yaml.safe_dump(document))
    ran = check(KEPT, *BY_DESIGN, "--project", str(project), "--json")
    assert {one["by_design"] for one in _loud(ran)} == {True}
    assert "NOTICE" not in ran.err
    ran = check(KEPT, *BY_DESIGN, "--project", str(project), "--level", "info")
    assert "INFO     delegation07" in ran.out
    assert ran.out.count("(as declared)") == 4


def _loud(ran: Ran) -> list[dict[str, Any]]:
    findings = [one for case in json.loads(ran.out)["zones"][0]["cases"] for one in case["findings"]]
    return [one for one in findings if one["level"] in ("NOTICE", "WARNING", "ERROR")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("a..b",), "'a..b' is no domain name"),
        (("good.test", "--case", "basic99"), "unknown test case 'basic99'"),
        (("good.test", "--hints", "/absent"), "/absent: cannot be read"),
        (("good.test", "--ns", "ns1.good.test/localhost"), "'localhost' is no IP address"),
        (("good.test", "--ds", "nonsense"), "'nonsense' is no DS record"),
    ],
)
def test_wrong_calls(ffinfra: Runner, arguments: tuple[str, ...], told: str) -> None:
    ran = ffinfra("dns", "check", *arguments)
    assert ran.code == 2
    assert told in ran.err
