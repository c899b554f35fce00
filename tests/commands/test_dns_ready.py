"""``ffinfra dns ready`` against real nameservers on loopback."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.run import Runner
from tests.daemons.projects import make_project
from tests.dns.check.live_world import NS1, NS2, ROOT, Served, World, apex, world

pytestmark = pytest.mark.full

REPOSITORY = Path(__file__).resolve().parents[2]
UP = "127.0.53.15"
BOTH = {"ns1": NS1, "ns2": NS2}
ZONES = (
    "good.up.test",
    "lacking.up.test",
    "absent.up.test",
    "secure.up.test",
    "drift.up.test",
    "alone.up.test",
)


def served(zone: str) -> Served:
    return Served(apex(zone, BOTH, ["www A 192.0.2.80"]))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The fallback's nameservers; each zone but the first has one fault."""
    first = {zone: served(zone) for zone in ZONES}
    first["secure.up.test"] = replace(first["secure.up.test"], signed=True)
    stray = ["www A 192.0.2.80", "stray A 192.0.2.81"]
    first["drift.up.test"] = Served(apex("drift.up.test", BOTH, stray), open_to_transfer=True)
    second = first | {
        "lacking.up.test": Served(apex("lacking.up.test", BOTH)),
        "drift.up.test": replace(first["drift.up.test"], serial=2026010102),
    }
    del second["absent.up.test"]
    with world(tmp_path_factory.mktemp("world")) as built:
        built.serve(NS1, first)
        built.serve(NS2, second)
        parent = [f"@ NS ns1.up.test.\n@ NS gone.up.test.\nns1.up.test. A {UP}"]
        for zone in ZONES[:-1]:
            parent += [
                f"{zone}. NS {name}.{zone}.\n{name}.{zone}. A {address}" for name, address in BOTH.items()
            ]
        parent.append(f"secure.up.test. DS {built.ds_of('secure.up.test', NS1)}")
        built.serve(UP, {"up.test": Served("\n".join(parent))})
        built.delegate("up.test", {"ns1": UP})
        built.serve_top()
        yield built


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with these zones, whose fallback nameservers are the world's."""
    zones = {zone: served(zone).text(zone) for zone in ZONES}
    make_project(tmp_path, zones, parent="up.test", own=("127.0.53.21", "127.0.53.22"), fallback=(NS1, NS2))
    (tmp_path / "named.root").write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {ROOT}\n")
    return tmp_path


def test_each_zone_has_its_verdict(ffinfra: Runner, servers: World, project: Path) -> None:
    where = ("--project", str(project), "--hints", str(project / "named.root"), "--port", str(servers.port))
    ran = ffinfra("dns", "ready", *where, "--no-ipv6", "--json")
    found: dict[str, Any] = json.loads(ran.out)
    assert (ran.code, found["schema"], found["ready"]) == (3, "ffinfra.dns-ready/1", False)
    assert {zone["zone"]: [reason["id"] for reason in zone["reasons"]] for zone in found["zones"]} == {
        "good.up.test.": [],
        "lacking.up.test.": ["answers-differ"],
        "absent.up.test.": ["no-authority"],
        "secure.up.test.": ["ds-breaks"],
        "drift.up.test.": [],
        "alone.up.test.": ["not-delegated"],
    }
    lacking = found["zones"][1]["reasons"][0]["what"]
    assert lacking == (
        f"{NS2} answers otherwise than declared: www.lacking.up.test. A: NXDOMAIN, not 192.0.2.80 (ttl 300)"
    )
    assert found["zones"][3]["reasons"][0]["what"].endswith(
        f"would not believe {NS2}: none of its keys is one that the DS stands for"
    )
    assert found["zones"][5]["reasons"][0]["what"] == (
        f"the zone is not delegated in up.test. at {UP}: nobody finds it there"
    )
    assert [one["id"] for one in found["zones"][0]["remarks"]] == ["parent-unresolved"]
    assert found["eta_seconds"] == 600
    assert "NOT READY lacking.up.test. to fallback: at most 600 s" in ran.err

    ran = ffinfra("dns", "ready", "good.up.test", *where, "--no-ipv6")
    assert ran.code == 0
    assert ran.out.startswith("READY good.up.test. to fallback: at most 600 s\n")

    ran = ffinfra("runbook", "--project", str(project))
    assert (ran.code, ran.err) == (0, "")
    dates = re.findall(r"Fallback last seen ready \| (.+) \|", ran.out)
    assert [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "DATE", one) for one in dates] == [
        "DATE",
        *["never; NOT READY when last asked, DATE"] * 3,
        "DATE",
        "never; NOT READY when last asked, DATE",
    ]
    ran = ffinfra("runbook", "--project", str(project), "--html", str(project / "runbook.html"))
    assert (ran.code, ran.out) == (0, "")
    assert (project / "runbook.html").read_text().startswith("<!doctype html>")
    ran = ffinfra("runbook", "--project", str(project), "--html", str(project / "none" / "runbook.html"))
    assert (ran.code, "cannot be written" in ran.err) == (1, True)


def test_failing_back_asks_the_own_nameservers(ffinfra: Runner, servers: World, project: Path) -> None:
    path = project / "dns" / "delegations.yaml"
    document = yaml.safe_load(path.read_text())
    own, fallback = document["nameservers"]["own"], document["nameservers"]["fallback"]
    document["nameservers"] = {"own": fallback, "fallback": own}
    path.write_text(yaml.safe_dump(document))
    where = ("--project", str(project), "--hints", str(project / "named.root"), "--port", str(servers.port))
    ran = ffinfra(
        "dns", "ready", "good.up.test", "drift.up.test", "--to", "primary", *where, "--no-ipv6", "--json"
    )
    found = json.loads(ran.out)
    assert ran.code == 3
    assert [[reason["id"] for reason in zone["reasons"]] for zone in found["zones"]] == [
        [],
        ["out-of-sync", "undeclared"],
    ]
    assert found["zones"][1]["reasons"][1]["what"] == (
        "there stands what nobody declared: stray.drift.up.test. A"
    )
    skipped = [one["reason"] for one in found["zones"][0]["skipped"]]
    assert skipped == ["none of its nameservers permits a transfer to this machine without TSIG key"]
    assert found["zones"][0]["expiry_seconds"] == 1209600


def test_an_unreachable_parent_is_not_ready(ffinfra: Runner, servers: World, project: Path) -> None:
    (project / "named.root").write_text(". 3600 IN NS a.roots.\na.roots. 3600 IN A 127.0.53.99\n")
    where = ("--project", str(project), "--hints", str(project / "named.root"), "--port", str(servers.port))
    ran = ffinfra("dns", "ready", "good.up.test", *where, "--no-ipv6")
    assert ran.code == 3
    assert "parent-unknown: the parent's word is unknown: no nameserver of up.test" in ran.out


def test_an_unknown_zone(ffinfra: Runner, project: Path) -> None:
    ran = ffinfra("dns", "ready", "other.up.test", "--project", str(project))
    assert ran.code == 2
    assert "dns/delegations.yaml: there is no zone other.up.test." in ran.err


def test_a_single_probe_for_prometheus(ffinfra: Runner, servers: World, project: Path) -> None:
    where = ("--project", str(project), "--hints", str(project / "named.root"), "--port", str(servers.port))
    file = project / "ffinfra.prom"
    zones = ("good.up.test", "lacking.up.test")
    ran = ffinfra(
        "dns", "watch", *zones, *where, "--no-ipv6", "--every", "0", "--textfile", str(file), "--json"
    )
    assert ran.code == 3
    (form,) = (json.loads(line) for line in ran.out.splitlines())
    assert (form["schema"], form["ready"]) == ("ffinfra.dns-ready/1", False)
    *lines, last = file.read_text().splitlines()
    assert lines == [
        "# HELP ffinfra_dns_ready Whether the zone can be switched now",
        "# TYPE ffinfra_dns_ready gauge",
        'ffinfra_dns_ready{zone="good.up.test.",target="fallback"} 1',
        'ffinfra_dns_ready{zone="lacking.up.test.",target="fallback"} 0',
        "# HELP ffinfra_dns_not_ready_reasons What speaks against it",
        "# TYPE ffinfra_dns_not_ready_reasons gauge",
        'ffinfra_dns_not_ready_reasons{zone="lacking.up.test.",target="fallback",reason="answers-differ"} 1',
        "# HELP ffinfra_dns_remarks What is wrong beside",
        "# TYPE ffinfra_dns_remarks gauge",
        *(
            f'ffinfra_dns_remarks{{zone="{zone}.",target="fallback",remark="parent-unresolved"}} 1'
            for zone in zones
        ),
        "# HELP ffinfra_dns_switch_seconds The worst case until resolvers have followed",
        "# TYPE ffinfra_dns_switch_seconds gauge",
        'ffinfra_dns_switch_seconds{zone="good.up.test.",target="fallback"} 600',
        'ffinfra_dns_switch_seconds{zone="lacking.up.test.",target="fallback"} 600',
        "# HELP ffinfra_dns_expiry_seconds Secondaries answer without their primary at least",
        "# TYPE ffinfra_dns_expiry_seconds gauge",
        "# HELP ffinfra_dns_signature_seconds The first signature ends in",
        "# TYPE ffinfra_dns_signature_seconds gauge",
        "# HELP ffinfra_dns_serial SOA serial; servers that differ have drifted",
        "# TYPE ffinfra_dns_serial gauge",
        *(
            f'ffinfra_dns_serial{{zone="{zone}.",server="{server}"}} 2026010101'
            for zone in zones
            for server in (NS1, NS2)
        ),
        "# HELP ffinfra_dns_probe_time_seconds End of the probe",
        "# TYPE ffinfra_dns_probe_time_seconds gauge",
    ]
    assert abs(float(last.removeprefix("ffinfra_dns_probe_time_seconds ")) - time.time()) < 60
    assert sorted(one.name for one in project.glob("*ffinfra.prom*")) == ["ffinfra.prom"]


def test_probing_for_ever_through_a_mistake_until_it_is_broken_off(servers: World, project: Path) -> None:
    """The fallback transfers from nameservers at rest that live, so the probe tells how long it would last too."""
    path = project / "dns" / "delegations.yaml"
    document = yaml.safe_load(path.read_text())
    document["fallback_backend"] = "friend"
    document["nameservers"]["own"] = [
        {"name": f"own{at}.example", "ipv4": one} for at, one in enumerate((NS1, UP))
    ]
    document["nameservers"]["fallback"] = [
        {"name": "fb0.example", "ipv4": NS2},
        {"name": "fb1.example", "ipv4": ROOT},
    ]
    path.write_text(yaml.safe_dump(document))
    file, said = project / "ffinfra.prom", project / "said"
    command = [
        *(sys.executable, "-m", "ffinfra.cli", "dns", "watch", "good.up.test", "--every", "1", "--no-ipv6"),
        *("--textfile", str(file), "--project", str(project), "--hints", str(project / "named.root")),
        *("--port", str(servers.port)),
    ]
    with (
        said.open("w") as stderr,
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=stderr) as run,
    ):
        _awaited(run, lambda: _probed(file) > 0)
        path.write_text("zones: [")
        _awaited(run, lambda: "mistake in the input" in _text(said))
        path.write_text(yaml.safe_dump(document))
        before = _probed(file)
        _awaited(run, lambda: _probed(file) > before)
        run.send_signal(signal.SIGINT)
    assert run.returncode == 130
    assert 'ffinfra_dns_ready{zone="good.up.test.",target="fallback"} 0' in _text(file)
    expiry = r'^ffinfra_dns_expiry_seconds{zone="good.up.test.",target="fallback"} (\d+)$'
    [seconds] = re.findall(expiry, _text(file), re.MULTILINE)
    assert int(seconds) == 1209600


def _probed(file: Path) -> float:
    """When the last probe that wrote its textfile ended."""
    written = re.findall(r"^ffinfra_dns_probe_time_seconds (\d+)", _text(file), re.MULTILINE)
    return float(written[0]) if written else 0.0


def _awaited(run: subprocess.Popen[bytes], there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert run.poll() is None, run.returncode
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
