"""How the lab's engine reaches its machines: as folders, or by SSH with a key of the lab's own."""

from __future__ import annotations

import subprocess
from typing import Any, assert_never

import yaml

from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.places import LabPlaces
from ffinfra.problems import OperationalError


def transport_configuration(places: LabPlaces, grade: MachineGrade) -> dict[str, str]:
    """Settings of the stack ``prod``: folders for all, or for VM hosts alone, which no container can be."""
    folder = str(places.hosts)
    match grade:
        case MachineGrade.FILES:
            return {"ffinfra:transport.directory": folder}
        case MachineGrade.NSPAWN:
            hosts = [host["name"] for host in _declared(places)["hosts"] if host["platform"] == "dedicated"]
            return {f"ffinfra:transports.{name}.directory": folder for name in hosts}
    assert_never(grade)


def reaching_environment(places: LabPlaces, grade: MachineGrade) -> dict[str, str]:
    """What makes ssh and Ansible use the lab's key, and remember machines in the lab alone."""
    match grade:
        case MachineGrade.FILES:
            return {"FFINFRA_LAB_MACHINES": grade.value}
        case MachineGrade.NSPAWN:
            known, key = places.private / "known_hosts", places.private / "login"
            options = f"-F none -i {key} -o UserKnownHostsFile={known} -o LogLevel=ERROR"
            return {
                "FFINFRA_LAB_MACHINES": grade.value,
                "FFINFRA_SSH": f"ssh {options}",
                "ANSIBLE_SSH_COMMON_ARGS": options,
                "ANSIBLE_HOME": str(places.private / "ansible"),
            }
    assert_never(grade)


def make_login(places: LabPlaces) -> None:
    """Make a key that the machines let in: in the copy it stands for the first administrator's first one.

    Raises:
        OperationalError: ssh-keygen is missing or fails.
    """
    key = places.private / "login"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(key)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OperationalError(f"no login key can be made ({error})", "Install openssh-client") from error
    first = _declared(places)["administrators"][0]["ssh_keys"][0]
    file = places.work / "Pulumi.prod.yaml"
    public = key.with_suffix(".pub").read_text().strip()
    file.write_text(file.read_text("utf-8").replace(first, public), "utf-8")


def _declared(places: LabPlaces) -> dict[str, Any]:
    text = (places.work / "Pulumi.prod.yaml").read_text("utf-8")
    declared: dict[str, Any] = yaml.safe_load(text)["config"]["ffinfra:network"]
    return declared
