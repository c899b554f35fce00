"""A small project behind the real gate: its hosts are files, its engine and signatures are real."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ffinfra.gate.applying import Applied, Watcher, apply
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.approving import approve, prepare
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord
from tests.lab.plugins.engine import REPOSITORY, engine_variables, pulumi
from tests.lab.plugins.key_server import SECRETS_PROVIDER

STACK = "prod"
ADMIN, SECOND = "alex@musterstadt.example", "kim@musterstadt.example"

HEAD = f"""\
import os
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from pathlib import Path
import pulumi
from ffinfra.gate import guard
from ffinfra.stack import structured
from ffinfra.stack_kind import StackKind

project = Path(__file__).resolve().parent
configuration = structured(pulumi.runtime.config.CONFIG.get())
guard.install(project, StackKind(pulumi.get_stack()), configuration)

class Host(pulumi.CustomResource):
    def __init__(self, name, text, options=None):
        motd = {{"content": text, "mode": "0644"}}
        inputs = {{
            "host": name,
            "transport": {{"kind": "directory", "path": str(project.parent / "hosts")}},
            "files": {{"/etc/motd": motd}},
        }}
        super().__init__("freifunk:index:HostConfig", name, inputs, options)

"""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


SECRETS = (
    f"ffinfra:gateKey={'0123456789abcdef' * 4}",
    *(f"ffinfra:tsig.{name}={'A' * 43}=" for name in ("update", "transfer")),
    *(f"ffinfra:fastdSecrets.sn{number}={'0' * 64}" for number in range(1, 7)),
)
"""What a stack with the sample network must hold."""

_EMPTY_STACK: dict[Path, bytes] = {}
"""The files of backend and stack, as the CLI made them first; paths are relative to a project's folder."""


@dataclass
class GatedProject:
    """One project with the stack ``prod``, two signing keys, and a folder of hosts."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    head: str = HEAD

    def __post_init__(self) -> None:
        self.root = self.folder / "project"
        self.hosts = self.folder / "hosts"
        for path in (self.root, self.hosts, self.folder / "home", self.folder / "backend"):
            path.mkdir(parents=True)
        self.environment = {
            **engine_variables(self.folder),
            "PYTHONPATH": str(REPOSITORY),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "HCLOUD_TOKEN": "h" * 64,
            **self.variables,
        }
        self._write_project()
        self._make_stack()
        self.signers(ADMIN, SECOND)

    def _make_stack(self) -> None:
        """The stack with its secrets, still empty; the files that the CLI makes once serve all further projects."""
        if _EMPTY_STACK:
            for file, held in _EMPTY_STACK.items():
                (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / file).write_bytes(held)
            self.pulumi("stack", "select", STACK)
            return
        self.add_stack(STACK)
        self.pulumi("config", "set-all", "--path", *(part for one in SECRETS for part in ("--secret", one)))
        made = [*(self.folder / "backend").rglob("*"), self.root / f"Pulumi.{STACK}.yaml"]
        _EMPTY_STACK.update(
            {file.relative_to(self.folder): file.read_bytes() for file in made if file.is_file()}
        )

    def add_stack(self, name: str) -> None:
        """Make a stack with its gate key."""
        self.pulumi("stack", "init", name, "--secrets-provider", SECRETS_PROVIDER)
        self.pulumi("config", "set", "--secret", "ffinfra:gateKey", "0123456789abcdef" * 4, "-s", name)

    def _write_project(self) -> None:
        plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
        text = json.dumps({"name": "ffinfra", "runtime": "python", "plugins": plugins})
        (self.root / "Pulumi.yaml").write_text(text)
        shutil.copy2(REPOSITORY / "Pulumi.prod.yaml", self.root)
        shutil.copytree(REPOSITORY / "dns", self.root / "dns")

    def key(self, name: str) -> Path:
        """The private key of a person, made when first asked for."""
        file = self.folder / f"key-{name}"
        if not file.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)]
            subprocess.run(command, check=True, capture_output=True)
        return file

    def signers_text(self, *names: str, options: str = "") -> str:
        """The lines of .allowed_signers for these people."""
        parts = [(name, self.key(name).with_suffix(self.key(name).suffix + ".pub")) for name in names]
        return "".join(
            f'{name} namespaces="ffinfra-approval"{options} {" ".join(file.read_text().split()[:2])}\n'
            for name, file in parts
        )

    def signers(self, *names: str, options: str = "") -> None:
        """Write .allowed_signers."""
        (self.root / ".allowed_signers").write_text(self.signers_text(*names, options=options))

    def program(self, text: str) -> None:
        """Write the program, behind the gate's head."""
        (self.root / "__main__.py").write_text(self.head + text)

    def motds(self, **texts: str) -> None:
        """A program with one host for each word."""
        self.program("".join(f"Host({name!r}, {text!r})\n" for name, text in texts.items()))

    @property
    def gate(self) -> Gate:
        """The gate, as ``ffinfra`` makes it."""
        return Gate(self.root, STACK, self.environment)

    def prepared(self, now: datetime | None = None) -> ApprovalRecord:
        """Preview, and the record that would approve it."""
        gate = self.gate
        return prepare(gate, gate.preview(), now or datetime.now(UTC))

    def approve(self, name: str = ADMIN) -> StoredApproval:
        """Preview and approve."""
        return approve(self.gate, self.prepared(), self.key(name))

    def apply(self, identifier: str | None = None, *, live: bool = False) -> Applied:
        """Apply, as ``ffinfra apply`` does."""
        return apply(self.gate, identifier, Watcher(say=lambda _: None, step=lambda _: None), live=live)

    def brought_up(self, **texts: str) -> None:
        """Bring hosts up by a plain ``pulumi up`` with an approval, which is quicker than ``ffinfra apply``."""
        self.motds(**texts)
        approved = self.approve().record.identifier
        code, said = self.pulumi("up", "--yes", "--skip-preview", FFINFRA_APPROVAL=approved)
        assert code == 0, said

    def passage(self, **texts: str) -> Applied:
        """Bring hosts up through the gate."""
        self.motds(**texts)
        self.approve()
        applied = self.apply()
        assert applied.outcome.complete, applied.talk
        return applied

    def pulumi(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Run the bare CLI; its exit code and what it said, without colours."""
        done = subprocess.run(
            [pulumi(), *arguments, "--non-interactive"],
            cwd=self.root,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        return done.returncode, _COLOUR.sub("", done.stdout + done.stderr)

    def urn(self, name: str) -> str:
        """The URN of a host."""
        return f"urn:pulumi:{STACK}::ffinfra::freifunk:index:HostConfig::{name}"

    def world(self) -> dict[str, str]:
        """What the hosts say: name -> message of the day."""
        return {file.parts[-3]: file.read_text() for file in sorted(self.hosts.glob("*/etc/motd"))}

    def state(self) -> object:
        """What the state holds, secrets encrypted, as the backend keeps it."""
        file = self.folder / "backend" / ".pulumi" / "stacks" / "ffinfra" / f"{STACK}.json"
        kept = json.loads(file.read_text())["checkpoint"]["latest"]
        return {name: held for name, held in kept.items() if name != "manifest"}
