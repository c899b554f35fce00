"""People with SSH keys, and records that they sign."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.operations import Operation
from ffinfra.gate.previewing import Gate
from ffinfra.gate.record import ApprovalRecord, ApprovedStep, Bindings
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, signers_digest

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
URN = "urn:pulumi:prod::ffinfra::freifunk:index:HostConfig::sn1"
ADDRESS = "urn:pulumi:prod::ffinfra::hcloud:index/primaryIp:PrimaryIp::sn5-ipv4"
UPDATE = ApprovedStep(operation=Operation.UPDATE, urn=URN, inputs="0" * 32)
CREATE = ApprovedStep(operation=Operation.CREATE, urn=URN, inputs="0" * 32)
DELETION = ApprovedStep(operation=Operation.DELETE, urn=ADDRESS)
KEY = GateKey(b"0123456789abcdef" * 4)
BINDINGS = Bindings(
    program="1" * 64,
    configuration="2" * 32,
    state="3" * 32,
    resources={URN: "4" * 32},
    versions={"engine": "3.259.0"},
)


class People:
    """Keys by name, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, name: str) -> Path:
        """The private key of a person."""
        file = self._folder / f"key-{name}"
        if not file.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)]
            subprocess.run(command, check=True, capture_output=True)
        return file

    def signers(self, *names: str, options: str = "") -> str:
        """The lines of .allowed_signers for these people."""
        lines = []
        for name in names:
            public = self.key(name).with_name(f"key-{name}.pub").read_text().split()
            lines.append(f'{name} namespaces="ffinfra-approval"{options} {" ".join(public[:2])}\n')
        return "".join(lines)

    def gate(self, stack: str, *names: str) -> Gate:
        """Of a project outside of git that these people may approve; robin sits before it."""
        signers = self.signers(*names)
        project = self._folder / "project"
        project.mkdir()
        (project / ".allowed_signers").write_text(signers)
        pin = {PIN_VARIABLE: signers_digest(signers)}
        return Gate(project, stack, {**pin, "HOME": str(self._folder), "USER": "robin"})

    def signed(self, record: ApprovalRecord, *names: str) -> StoredApproval:
        """A record with signatures, as it would lie in the folder."""
        return StoredApproval(record, tuple(sign(record.text, self.key(name)) for name in names), None)


def record_of(signers: str, *steps: ApprovedStep, **settings: Any) -> ApprovalRecord:
    """A record of an update, with other settings."""
    given = {
        "stack": "prod",
        "predecessor": None,
        "created": NOW,
        "expires": NOW + timedelta(hours=12),
        "authors": ("robin@musterstadt.example",),
        "commit": None,
        "bindings": BINDINGS,
        "steps": steps or (UPDATE,),
        "findings": (),
        "signers": signers,
        "approvals_needed": 1,
        **settings,
    }
    return ApprovalRecord.model_validate(given)
