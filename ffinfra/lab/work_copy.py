"""The copy of the project in which the lab's engine works, with secrets of the lab's own."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import yaml

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.gate.signers import SIGNERS_FILE
from ffinfra.hosts.secrets import TRANSFER_KEY, UPDATE_KEY
from ffinfra.lab.places import CHECKOUT_FILES, LabPlaces
from ffinfra.lab.topology import root_hints
from ffinfra.problems import OperationalError
from ffinfra.project import engine_environment
from ffinfra.stack import read_declarations
from ffinfra.stack_secrets import failover_key_names, transfer_key_names

_OPTIONAL_FILES = ("gate_rules.py", "waivers.yaml", "requirements-policy.lock")
_FOLDERS = ("components", "ffinfra", "dns", "plugins", "ansible", "credentials", "policies")
_SECRET_KEYS = re.compile(r"^  ffinfra:(?:gateKey|tsig|fastdSecrets):.*\n(?:    .*\n)*", re.MULTILINE)
_TRANSPORTS = re.compile(r"^  ffinfra:transports?:.*\n(?:    .*\n)*", re.MULTILINE)
_SALT = re.compile(r"^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n", re.MULTILINE)
_OF_THE_USER = ("PULUMI_", "HCLOUD_", "CLOUDFLARE_", "FFINFRA_", "ANSIBLE_")
"""Variables that may belong to the real network."""

STACKS = ("prod", "failover")
SIGNER = "lab@lab.example"
_PACE = {"hcloud:pollInterval": "50ms"}
"""The lab's actions take milliseconds; the plugin's own pause before it asks after one is half a second."""


def make_work_copy(places: LabPlaces, *, keep_transports: bool = False) -> None:
    """Copy what the engine and the gate read; the checkout itself is never written to.

    Args:
        places: the folders.
        keep_transports: leave it as it is how machines are reached; for what never reaches one.
    """
    places.work.mkdir(parents=True)
    for name in (*CHECKOUT_FILES, *_OPTIONAL_FILES):
        if (places.checkout / name).is_file():
            shutil.copy2(places.checkout / name, places.work / name)
    for name in _FOLDERS:
        if (places.checkout / name).is_dir():
            shutil.copytree(
                places.checkout / name, places.work / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    for stack in STACKS:
        file = places.work / f"Pulumi.{stack}.yaml"
        text = _SALT.sub("", _SECRET_KEYS.sub("", file.read_text("utf-8")))
        text = text if keep_transports else _TRANSPORTS.sub("", text)
        file.write_text(text, "utf-8")


def make_environment(places: LabPlaces, reaching: Mapping[str, str]) -> dict[str, str]:
    """The environment of everything in the lab; kept in a file for the owner's eyes only.

    Args:
        places: the lab's folders.
        reaching: what ssh and Ansible need to reach the machines.
    """
    places.private.mkdir(mode=0o700, parents=True)
    environment = engine_environment(places.checkout)
    for name in list(environment):
        if name.startswith(_OF_THE_USER) and name != "PULUMI_PYTHON_CMD":
            del environment[name]
    environment |= engine_environment(places.checkout, {"PATH": environment["PATH"]})
    environment |= {
        "PULUMI_HOME": str(places.pulumi_home),
        "PULUMI_BACKEND_URL": f"file://{places.state}",
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(16),
        # A state that lives for one rehearsal needs no second copy beside it at every step.
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        "HCLOUD_ENDPOINT": "http://127.0.0.1:18081/v1",
        "HCLOUD_TOKEN": secrets.token_hex(32),
        "CLOUDFLARE_BASE_URL": "http://127.0.0.1:18082/client/v4",
        "CLOUDFLARE_API_TOKEN": secrets.token_hex(20),
        "XDG_CONFIG_HOME": str(places.private / "config"),
        "FFINFRA_SIGNING_KEY": str(places.private / "signer"),
        "FFINFRA_LAB": str(places.root),
        "FFINFRA_ROOT_HINTS": str(places.private / "named.root"),
        **reaching,
    }
    environment.pop("CI", None)
    # The copy is the lab's own, and its modules are loaded some eighty times in a rehearsal.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    (places.private / "named.root").write_text(root_hints())
    places.environment.touch(mode=0o600)
    places.environment.write_text(json.dumps(environment))
    return environment


def make_stacks(
    places: LabPlaces, environment: Mapping[str, str], transport: Mapping[str, str], delegations: Delegations
) -> None:
    """Make both stacks in a fresh backend, with the lab's secrets under the keys that production uses.

    Args:
        places: the lab's folders.
        environment: of the engine.
        transport: configuration of ``prod`` that says how machines are reached.
        delegations: whose keys the stacks hold.

    Raises:
        OperationalError: the engine refuses.
    """
    tsig = _tsig_keys(delegations)
    _make_both(places, environment, tsig, _fastd_keys(places), {**transport, **_PACE}, _PACE)


def make_placeholder_stacks(places: LabPlaces, environment: Mapping[str, str]) -> None:
    """Make both stacks for previews alone: secrets that fit nothing, and all else as it is declared.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: the engine refuses.
    """
    tsig = _tsig_keys(read_declarations(places.work).delegations)
    fastd = {node["name"]: secrets.token_hex(32) for node in _supernodes(places)}
    _make_both(places, environment, tsig, fastd, {}, {})


def _make_both(
    places: LabPlaces,
    environment: Mapping[str, str],
    tsig: tuple[Mapping[str, str], Mapping[str, str]],
    fastd: Mapping[str, str],
    plain_of_prod: Mapping[str, str],
    plain_of_failover: Mapping[str, str],
) -> None:
    places.state.mkdir(parents=True)
    prod_keys, failover_keys = tsig
    prod = {
        "ffinfra:gateKey": secrets.token_hex(32),
        **prod_keys,
        **{f"ffinfra:fastdSecrets.{name}": secret for name, secret in fastd.items()},
    }
    failover = {"ffinfra:gateKey": secrets.token_hex(32), **failover_keys}
    with ThreadPoolExecutor() as pool:
        made = [
            pool.submit(_make_stack, places, environment, "prod", prod, plain_of_prod),
            pool.submit(_make_stack, places, environment, "failover", failover, plain_of_failover),
        ]
        for one in made:
            one.result()
    _pulumi(places, environment, "stack", "select", "prod")


def _tsig_keys(delegations: Delegations) -> tuple[dict[str, str], dict[str, str]]:
    """A fresh secret for each key that ``prod`` and ``failover`` need; a key that both need is the same in both."""
    prod = {UPDATE_KEY, TRANSFER_KEY} | transfer_key_names(delegations)
    failover = failover_key_names(delegations)
    made = {name: b64encode(secrets.token_bytes(32)).decode() for name in sorted(prod | failover)}
    ours, theirs = (
        {f"ffinfra:tsig.{name}": secret for name, secret in made.items() if name in names}
        for names in (prod, failover)
    )
    return ours, theirs


def _supernodes(places: LabPlaces) -> list[dict[str, Any]]:
    text = (places.work / "Pulumi.prod.yaml").read_text("utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["config"]["ffinfra:network"]["supernodes"]
    return found


def make_signer(places: LabPlaces) -> None:
    """A signing key of the lab's own, and the set of signers that holds it alone.

    Raises:
        OperationalError: ssh-keygen is missing or fails.
    """
    key = places.private / "signer"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", SIGNER, "-f", str(key)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OperationalError(f"no signing key can be made ({error})", "Install openssh-client") from error
    kind, public = key.with_suffix(".pub").read_text().split()[:2]
    line = f'{SIGNER} namespaces="ffinfra-approval" {kind} {public}\n'
    (places.work / SIGNERS_FILE).write_text(line)


def _make_stack(
    places: LabPlaces,
    environment: Mapping[str, str],
    stack: str,
    secret: Mapping[str, str],
    plain: Mapping[str, str],
) -> None:
    _pulumi(places, environment, "stack", "init", stack, "--no-select")
    arguments = ["config", "set-all", "--stack", stack, "--path"]
    for key, value in secret.items():
        arguments += ["--secret", f"{key}={value}"]
    for key, value in plain.items():
        arguments += ["--plaintext", f"{key}={value}"]
    _pulumi(places, environment, *arguments)


def _fastd_keys(places: LabPlaces) -> dict[str, str]:
    """A fresh fastd key for each supernode; its public half replaces the declared one in the copy."""
    file = places.work / "Pulumi.prod.yaml"
    text = file.read_text("utf-8")
    found: dict[str, str] = {}
    for node in _supernodes(places):
        answer = subprocess.run(["fastd", "--generate-key"], capture_output=True, text=True, check=False)
        words = dict(line.split(": ") for line in answer.stdout.splitlines() if ": " in line)
        if "Secret" not in words:
            raise OperationalError("fastd makes no key", "Install fastd")
        found[node["name"]] = words["Secret"]
        text = text.replace(node["fastd"]["public_key"], words["Public"])
    file.write_text(text, "utf-8")
    return found


def _pulumi(places: LabPlaces, environment: Mapping[str, str], *arguments: str) -> None:
    result = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=places.work,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise OperationalError(
            f"pulumi {' '.join(arguments[:2])} failed in the lab: {result.stderr.strip()[-300:]}",
            "See its words",
        )
