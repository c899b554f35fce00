"""``ffinfra dns check`` against real nameservers on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.run import Ran, Runner
from tests.dns.check.live_world import NS1, NS2, ROOT, Served, World, apex, world

BOTH = {"ns1": NS1, "ns2": NS2}


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
        built.serve_top()
        yield built


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
