"""The scripts of .ci with the real command: a network is previewed, applied, kept and looked after in the lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ffinfra.lab.places import LabPlaces
from ffinfra.lab.standing import Lab, find
from tests.lab.checkout import CHECKOUT, make_checkout
from tests.lab.conftest import short_path as short_path  # noqa: PLC0414 - a fixture
from tests.tools.test_ci_scripts import git

pytestmark = [pytest.mark.full, pytest.mark.long]
SECONDS = 600
ZONE = """\
$TTL 600
@ IN SOA ns1.mesh.musterstadt.example. noc.ff.musterstadt.example. 1 14400 3600 1209600 600
@ IN NS ns1.mesh.musterstadt.example.
@ IN NS ns2.mesh.musterstadt.example.
@ IN NS ns3.mesh.musterstadt.example.
@ IN NS hydrogen.ns.hetzner.example.
@ IN NS oxygen.ns.hetzner.example.
@ IN NS helium.ns.hetzner.example.
@ IN A 203.0.113.65
www IN CNAME @
"""


@dataclass(frozen=True)
class Network:
    """A lab whose copy of the project is a clone with the scripts of .ci."""

    lab: Lab
    origin: Path

    @property
    def work(self) -> Path:
        """The clone."""
        return self.lab.places.work

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command inside the lab."""
        return subprocess.run(
            self.lab.namespace.command(command, self.work), env={**self.lab.environment, **variables},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip


@pytest.fixture
def network(short_path: Path) -> Iterator[Network]:
    folder, origin = make_checkout(short_path / "checkout"), short_path / "origin.git"
    for file in (folder / "dns" / "zones").glob("*.zone"):
        file.write_text(ZONE)
    lab = [sys.executable, "-m", "ffinfra.cli", "lab"]
    subprocess.run([*lab, "up"], cwd=folder, check=True, capture_output=True, timeout=SECONDS)
    try:
        found = find(LabPlaces(folder))
        assert found is not None
        made = Network(found, origin)
        _make_clone(made)
        yield made
    finally:
        subprocess.run([*lab, "down"], cwd=folder, check=True, capture_output=True, timeout=SECONDS)


def _make_clone(network: Network) -> None:
    shutil.copytree(CHECKOUT / ".ci", network.work / ".ci")
    shutil.copy2(CHECKOUT / ".gitignore", network.work)
    for name in (".venv", ".tools"):
        (network.work / name).symlink_to((CHECKOUT / name).resolve())
    git(network.origin.parent, "init", "-q", "--bare", str(network.origin))
    git(network.work, "init", "-q")
    (network.work / ".git/info/exclude").write_text(".venv\n.tools\nout\n")
    git(network.work, "add", "-A")
    git(network.work, "commit", "-qm", "the network")
    git(network.work, "remote", "add", "origin", str(network.origin))
    git(network.work, "push", "-q", "origin", "HEAD:main")


def a_pull_request_without_secrets(network: Network, clone: Path) -> None:
    """What it would change, replace and delete, told without any secret; nothing where it changes nothing."""
    for name in (".venv", ".tools"):
        (clone / name).symlink_to((CHECKOUT / name).resolve())
    assert network.lab.environment["PULUMI_CONFIG_PASSPHRASE"] not in (clone / "Pulumi.prod.yaml").read_text()
    assert previewed(clone) == {}
    subprocess.run(
        [".venv/bin/ffinfra", "admin", "remove", "kim"], cwd=clone, check=True, capture_output=True
    )
    zone = clone / "dns/zones/ff.musterstadt.example.zone"
    zone.write_text(zone.read_text().replace("www IN CNAME @", "web IN CNAME @"))
    changes = previewed(clone)
    assert changes["delete hcloud:index/sshKey:SshKey"] == ["kim-1"]
    assert changes["update freifunk:index:ZoneContent"] == ["ff.musterstadt.example"]
    assert not [kind for kind in changes if kind.startswith("create")]


def previewed(clone: Path) -> dict[str, list[str]]:
    """Operation and type -> names, of a preview of ``prod`` in an environment that holds no secret."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone), "CI": "true"}
    done = subprocess.run(
        [".venv/bin/ffinfra", "preview", "--stack", "prod", "--placeholders", "--json"],
        cwd=clone, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    form = json.loads(done.stdout)
    assert form["basis"] == "outline"
    found: dict[str, list[str]] = {}
    for change in form["changes"]:
        found.setdefault(f"{change['operation']} {change['type']}", []).append(change["name"])
    return found


def secrets_of(network: Network) -> dict[str, str]:
    """Name -> value of all that nobody may read in a result: the stacks' secrets, the tokens, the passphrase."""
    names = ("PULUMI_CONFIG_PASSPHRASE", "HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN")
    found = {name: network.lab.environment[name] for name in names}
    for stack in ("prod", "failover"):
        done = network.run("pulumi", "config", "--show-secrets", "--json", "--stack", stack)
        assert done.returncode == 0, done.stderr
        for key, entry in json.loads(done.stdout).items():
            if entry["secret"]:
                values = entry.get("objectValue") or {"": entry["value"]}
                found |= {f"{stack} {key} {name}": value for name, value in values.items()}
    kinds = {name.split()[1] for name in found if " " in name}
    assert kinds == {"ffinfra:gateKey", "ffinfra:tsig", "ffinfra:fastdSecrets"}
    assert all(len(value) >= 32 for value in found.values())
    return found


def assert_no_secret(network: Network, done: subprocess.CompletedProcess[str]) -> None:
    """Neither in what a script printed nor in any file that it wrote into ``out``."""
    texts = {path.name: path.read_text() for path in (network.work / "out").iterdir()}
    texts |= {"stdout": done.stdout, "stderr": done.stderr}
    whole = {where: "".join(text.split()) for where, text in texts.items()}  # a terminal folds long lines
    secrets = secrets_of(network).items()
    assert [(name, where) for name, value in secrets for where in whole if value in whole[where]] == []


def test_from_a_pull_request_to_the_night(network: Network, short_path: Path) -> None:
    done = network.run(".ci/preview", "out")
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (network.work / "out").iterdir()}
    assert {"comment.md", "preview.html", "prod.json"} < written
    assert_no_secret(network, done)
    explained = network.run(".venv/bin/ffinfra", "preview", "--stack", "prod", "--explain")
    assert "secretFiles" in explained.stdout, explained.stderr
    assert_no_secret(network, explained)
    comment = (network.work / "out/comment.md").read_text()
    assert all(f"### `{stack}`" in comment for stack in ("prod", "failover"))

    for stack in ("failover", "prod"):
        done = network.run(".venv/bin/ffinfra", "approve", "--stack", stack)
        assert done.returncode == 0, done.stderr
    done = network.run(".ci/apply")
    assert (done.returncode, done.stdout) == (0, "failover: applied\nprod: applied\n"), done.stderr
    done = network.run(".ci/keep", FFINFRA_BRANCH="main")
    assert (done.returncode, done.stdout) == (0, "kept in approvals/ of main\n"), done.stderr
    other = short_path / "other"
    git(short_path, "clone", "-q", str(network.origin), str(other))
    kept = sorted(path.parent.name for path in (other / "approvals").glob("*/*.outcome.json"))
    assert kept == ["failover", "prod"]
    a_pull_request_without_secrets(network, other)

    done = network.run(".ci/apply")
    assert (done.returncode, [line.split(",")[0] for line in done.stdout.splitlines()]) == (
        0,
        ["failover: nothing was applied", "prod: nothing was applied"],
    ), done.stderr

    mailed = short_path / "mailed"
    sendmail = short_path / "sendmail"
    sendmail.write_text(f"#!/bin/sh\ncat >{mailed}\n")
    sendmail.chmod(0o755)
    done = network.run(
        ".ci/drift", "out", FFINFRA_MAIL="admins@musterstadt.example", FFINFRA_SENDMAIL=str(sendmail)
    )
    assert done.returncode == 3, done.stderr
    results = {path.stem: json.loads(path.read_text()) for path in (network.work / "out").glob("*.json")}
    assert results["drift-prod"]["drifted"] == results["drift-failover"]["drifted"] == []
    assert (results["log-prod"]["holds"], results["log-failover"]["holds"]) == (True, True)
    assert results["ready"]["schema"] == "ffinfra.dns-ready/1"
    assert "no switch lies signed for the night" in mailed.read_text()
    assert_no_secret(network, done)
