"""Signing and verifying with OpenSSH keys (ssh-keygen(1), -Y; format PROTOCOL.sshsig)."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ffinfra.problems import OperationalError

NAMESPACE = "ffinfra-approval"
"""What the signatures are for; a signature made for git or mail is none here."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was verified."""

    signer: str
    """The principal in .allowed_signers."""


@dataclass(frozen=True, slots=True)
class BadSignature:
    """A signature that counts for nothing, and why."""

    reason: str


def sign(text: str, key: Path) -> str:
    """Sign a text; returns the armoured signature.

    Args:
        text: what is signed.
        key: a private key, or a public one whose private half is in the agent or on a token.

    Raises:
        OperationalError: ssh-keygen is missing or refuses.
    """
    result = _ssh_keygen(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], text)
    if result.returncode:
        raise OperationalError(
            f"signing with {key} failed: {result.stderr.strip()}",
            "Give a key that is in .allowed_signers with --key, and unlock it or load it into ssh-agent",
        )
    return result.stdout


def verify(text: str, signature: str, signers: str, at: datetime) -> Signature | BadSignature:
    """Verify a signature.

    Args:
        text: what was signed.
        signature: the armoured signature.
        signers: the content of an allowed_signers file; its valid-after and valid-before are honoured.
        at: the time for which the key must be valid.

    Raises:
        OperationalError: ssh-keygen is missing.
    """
    with tempfile.TemporaryDirectory(prefix="ffinfra-") as directory:
        allowed = Path(directory, "signers")
        allowed.write_text(signers)
        armoured = Path(directory, "signature")
        armoured.write_text(signature)
        moment = f"-Overify-time={at.astimezone().strftime('%Y%m%d%H%M%S')}"
        found = _ssh_keygen(["-Y", "find-principals", moment, "-s", str(armoured), "-f", str(allowed)], "")
        if found.returncode or not found.stdout.strip():
            return BadSignature("the key is not among the allowed signers, or not at this time")
        signer = found.stdout.splitlines()[0].strip()
        verified = _ssh_keygen(
            ["-Y", "verify", moment, "-n", NAMESPACE, "-I", signer, "-s", str(armoured), "-f", str(allowed)],
            text,
        )
    if verified.returncode:
        return BadSignature(f"the signature of {signer} does not fit: {verified.stderr.strip()}")
    return Signature(signer)


def _ssh_keygen(arguments: list[str], text: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments], input=text, capture_output=True, text=True, check=False, timeout=60
        )
    except FileNotFoundError as error:
        raise OperationalError(
            "ssh-keygen is missing", "Install OpenSSH's client (Debian: openssh-client)"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise OperationalError(
            "ssh-keygen did not finish within 60 seconds", "Unlock the key, or touch the security key"
        ) from error
