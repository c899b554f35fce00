"""A night in the lab of a zone that Hetzner has as a secondary, by transfer from our primary; its state is lost then.

Real engine, stand-in plugins, APIs and nameservers; what is asked is asked by ``ffinfra`` itself and by the resolver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.lab.topology import RESOLVER
from tests.failover.lab_night import Night, make_night

pytestmark = [pytest.mark.full, pytest.mark.long]

ZONE = "mesh.musterstadt.example"
OWN = [f"ns{number}.mesh.musterstadt.example" for number in (1, 2, 3)]
HETZNER = [f"{name}.ns.hetzner.example" for name in ("helium", "hydrogen", "oxygen")]


@pytest.fixture
def night(short_path: Path) -> Iterator[Night]:
    """A lab in which nothing was ever applied."""
    declared = {"zone": ZONE, "fallback": {"backend": "hetzner-secondary", "key": "provider"}}
    made = make_night(short_path / "checkout", [declared])
    yield made
    made.run("lab", "down")


def test_there_and_back(night: Night) -> None:
    """On the way back both sides live and serve one SOA: no resolver could be seen to follow, so none is watched."""
    _done(night, "approve", "--all")
    _done(night, "apply", "--all")
    (ready,) = json.loads(_done(night, "dns", "ready", "--json"))["zones"]
    assert (ready["ready"], ready["reasons"], ready["remarks"], ready["skipped"]) == (True, [], [], [])
    assert (len(ready["serials"]), len(set(ready["serials"].values()))) == (12, 1)
    assert _delegated(night) == OWN

    night.lab.ask("cut-nameservers")
    there = night.failover("--approve")
    assert there.returncode == 0, there.stderr
    assert "secondaries answer without their primary for at least 12095" in there.stderr
    told = json.loads(there.stdout)
    assert (told["changed"], told["converged"], told["forced"], told["eta_seconds"]) == (
        True,
        True,
        False,
        900,
    )
    assert _delegated(night) == HETZNER
    assert _visited(night) == [f"{ZONE}.", "203.0.113.65"]

    night.lab.ask("restore-nameservers")
    back = json.loads(_done(night, "failover", "--to", "primary", "--approve", "--json"))
    assert (back["changed"], back["converged"], back["forced"]) == (True, True, False)
    assert _delegated(night) == OWN
    assert _visited(night) == [f"{ZONE}.", "203.0.113.65"]

    before = night.records()
    gone = night.shell("pulumi stack rm failover --force --preserve-config --yes")
    assert gone.returncode == 0, gone.stderr
    rebuilt = night.inside("failover", "--rebuild", "--approve")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "resources; to be made: 0" in rebuilt.stderr
    assert night.records() == before


def _visited(night: Night) -> list[str]:
    """What a visitor is told of www."""
    return night.shell(f"kdig @{RESOLVER} +short www.{ZONE} A").stdout.split()


def _done(night: Night, *arguments: str) -> str:
    ran = night.inside(*arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _delegated(night: Night) -> list[str]:
    """The zone's nameservers, as the parent's API has them."""
    return sorted(one.split()[-1] for one in night.records().values() if f"{ZONE} NS " in one)
