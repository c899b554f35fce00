"""``ffinfra failover`` of a project of the test's own, in the namespace in which its nameservers are."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ffinfra.lab.plugins.package import install
from tests.daemons.projects import make_project
from tests.dns.delegation.signed_world import FALLBACK, OWN, PARENT, PARENT_ZONE, ZONE, ZONE_TEXT
from tests.failover.waivers import own_nameservers_waived
from tests.gate.gated_project import ADMIN, GatedProject
from tests.hosts.isolation import Isolation
from tests.lab.plugins.engine import REPOSITORY, pulumi

STACK = "failover"
SECONDS = 900
"""For one run, on a machine that does a lot else."""


@dataclass(frozen=True)
class IsolatedNight:
    """A project of this very program, and the namespace with its nameservers.

    Attributes:
        isolated: the namespace.
        folder: for what a command says.
        project: the project.
    """

    isolated: Isolation
    folder: Path
    project: GatedProject

    def ffinfra(self, *arguments: str, code: int = 0) -> tuple[Mapping[str, Any], str]:
        """Run the command with ``--json`` and an administrator's key: its result, and what it said to people."""
        variables = [f"{name}={value}" for name, value in self.project.environment.items()]
        command = [
            # In CI nobody pins the first signers by using them; this administrator sits at a laptop.
            *("env", "-u", "CI", "-C", str(self.project.root), *variables),
            *(
                sys.executable,
                "-m",
                "ffinfra.cli",
                *arguments,
                "--key",
                str(self.project.key(ADMIN)),
                "--json",
            ),
        ]
        out, said = (self.folder / f"command.{stream}" for stream in ("out", "said"))
        line = f"exec {shlex.join(command)} > {out} 2> {said}"
        run = self.isolated.start("sh", "-c", line, log=self.folder / "command.log")
        ended = run.wait(SECONDS)
        assert ended == code, f"{ended}\n{out.read_text()}{said.read_text()}"
        text = out.read_text()
        return json.loads(text) if text else {}, said.read_text()

    def install_plugins(self) -> None:
        """Have the engine find the lab's stand-ins for the providers' plugins."""
        home = Path(self.project.environment["PULUMI_HOME"])
        install(home, pulumi=pulumi(), python=REPOSITORY / ".venv" / "bin" / "python")

    def failover(self, mode: str, *more: str) -> tuple[Mapping[str, Any], str]:
        """Switch."""
        return self.ffinfra("failover", "--to", mode, "--hints", "named.root", "--no-ipv6", *more)


def make_night(
    isolated: Isolation,
    folder: Path,
    declared: Mapping[str, Any],
    *,
    variables: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> IsolatedNight:
    """A project that stands for the servers of a signed world; nothing is applied yet.

    Args:
        isolated: the namespace with the servers.
        folder: an existing folder of the test.
        declared: ``dns/delegations.yaml``.
        variables: for the environment of each command.
        secrets: TSIG key name -> secret.
    """
    gated = GatedProject(folder / "gated", variables or {})
    shutil.rmtree(gated.root / "dns")
    make_project(gated.root, {ZONE[:-1]: ZONE_TEXT}, parent=PARENT_ZONE[:-1], own=OWN, fallback=FALLBACK)
    provider = {"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}
    program = {"name": "ffinfra", "runtime": "python", "plugins": {"providers": [provider]}}
    (gated.root / "Pulumi.yaml").write_text(json.dumps(program))
    shutil.copy2(REPOSITORY / "__main__.py", gated.root)
    (gated.root / "dns" / "delegations.yaml").write_text(yaml.safe_dump(dict(declared)))
    (gated.root / f"Pulumi.{STACK}.yaml").write_text("config:\n  ffinfra:mode: primary\n")
    assert gated.pulumi("stack", "init", STACK)[0] == 0
    kept = {
        "gateKey": "0123456789abcdef" * 4,
        **{f"tsig.{name}": one for name, one in (secrets or {}).items()},
    }
    pairs = [part for name, one in kept.items() for part in ("--secret", f"ffinfra:{name}={one}")]
    said = gated.pulumi("config", "set-all", "--stack", STACK, "--path", *pairs)
    assert said[0] == 0, said
    waivers = own_nameservers_waived(f"ns*.{ZONE[:-1]}")
    (gated.root / "waivers.yaml").write_text(yaml.safe_dump({"waivers": waivers}))
    (gated.root / "named.root").write_text(f". 3600 IN NS a.roots.\na.roots. 3600 IN A {PARENT}\n")
    return IsolatedNight(isolated, folder, gated)
