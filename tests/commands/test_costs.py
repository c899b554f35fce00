"""``ffinfra costs``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.run import Runner
from tests.hosts.samples import ROOT


def test_costs(ffinfra: Runner, project: Path) -> None:
    made = json.loads(ffinfra("costs", "--project", str(ROOT), "--json").out)
    assert [(one["host"], one["monthly"]) for one in made["hosts"]][:2] == [
        ("vm1", "89.00"),
        ("vm2", "79.00"),
    ]
    assert (made["total"], made["budget"]) == ("214.38", "240.00")
    file = project / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("monthly_budget: 240", "monthly_budget: 214"))
    assert ffinfra("costs", "--project", str(project)).code == 3
