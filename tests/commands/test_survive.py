"""``ffinfra survive``."""

from __future__ import annotations

import json

from tests.commands.run import Runner
from tests.hosts.samples import ROOT


def test_the_sample_survives_every_single_loss(ffinfra: Runner) -> None:
    ran = ffinfra("survive", "--project", str(ROOT), "--json")
    made = json.loads(ran.out)
    assert ran.code == 0
    assert {one["name"]: one["left"] for one in made["services"]} == {
        "zone mesh.musterstadt.example": ["ns1", "ns2", "ns3"],
        "zone ff.musterstadt.example": ["ns1", "ns2", "ns3"],
        "zone mesh.musterstadt.example after a switch": ["DNS of hetzner"],
        "zone ff.musterstadt.example after a switch": ["DNS of hetzner"],
        "mesh entry": [f"sn{number}" for number in range(1, 7)],
        "backbone exit": [f"sn{number} bb{tunnel}" for number in range(1, 7) for tunnel in (1, 2)],
        "management access": [
            f"{name} from {prefix}"
            for name in ("alex", "kim")
            for prefix in ("192.0.2.56/29", "2001:db8:1:f::/64")
        ],
    }
    cuts = {one["name"]: one["cut_sets"] for one in made["services"]}
    provider, token = ["DNS provider hetzner"], ["credential CLOUDFLARE_API_TOKEN"]
    for zone in ("mesh", "ff"):
        assert cuts.pop(f"zone {zone}.musterstadt.example after a switch") == [provider, token]
    assert all(len(cut) == 2 for sets in cuts.values() for cut in sets)
    assert made["short_without"] == ["kernel bookworm/backports/newest"]


def test_what_is_left_after_a_loss(ffinfra: Runner) -> None:
    ran = ffinfra("survive", "--project", str(ROOT), "--lose", "vm1, hoster nordkolo", "--json")
    made = json.loads(ran.out)
    assert ran.code == 3
    assert made["lost"] == ["host vm1", "hoster nordkolo"]
    assert {one["name"]: one["left"] for one in made["services"]}["mesh entry"] == ["sn5", "sn6"]
    assert (made["supernodes_left"], made["supernodes_needed"]) == (2, 3)
    assert "2 supernodes left, 3 needed for 420 nodes" in ran.err


def test_a_loss_that_all_services_survive(ffinfra: Runner) -> None:
    ran = ffinfra("survive", "--project", str(ROOT), "--lose", "rheinrack")
    assert (ran.code, ran.err) == (0, "")
    assert "4 supernodes left" in ran.out


def test_what_is_no_failure_domain(ffinfra: Runner) -> None:
    ran = ffinfra("survive", "--project", str(ROOT), "--lose", "vm9,vm1")
    assert (ran.code, ran.out) == (2, "")
    assert (
        "--lose: vm9 is no failure domain here. Known: DNS provider hetzner, account hetzner-verein, "
        in ran.err
    )
