"""Who may log in: the administrators, each by their own account and keys, and nobody by password.

Keys stand in /etc/ssh/authorized_keys/<name> and nowhere else, so that removing an administrator from the
declaration locks them out with the next rollout. The accounts themselves are made by systemd-sysusers, which
leaves accounts alone that cloud-init made at the first boot. Rollouts log in as root with the same keys: one
account that is the same for whoever rolls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.templates import Line, listed, rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.network import Network

GROUP: Final = "ffadmin"
"""The group that may become root; part of the accounts that no person may have (network.accounts)."""

ACCOUNTS: Final = Unit(name="ffinfra-accounts.service", action=UnitAction.RESTART, enabled=False)
SSH: Final = Unit(name="ssh.service", action=UnitAction.RELOAD)


def access_files(network: Network, machine: str) -> Topic:
    """Accounts, keys, sudo and sshd."""
    names = [person.name for person in network.administrators]
    values = {"host": machine, "names": names, "group": GROUP}
    accounts = (ACCOUNTS.name,)
    files = [_keys(machine, person.name, person.ssh_keys) for person in network.administrators]
    files += [
        _keys(machine, "root", [key for person in network.administrators for key in person.ssh_keys]),
        HostFile(
            path="/etc/sysusers.d/ffinfra.conf",
            content=rendered("sysusers.conf.j2", **values),
            units=accounts,
        ),
        HostFile(
            path="/etc/tmpfiles.d/ffinfra.conf",
            content=rendered("tmpfiles.conf.j2", **values),
            units=accounts,
        ),
        HostFile(
            path="/etc/systemd/system/ffinfra-accounts.service",
            content=rendered("accounts.service.j2", **values),
            validator=Validator.SYSTEMD_UNIT,
            units=accounts,
        ),
        HostFile(
            path="/etc/sudoers.d/ffinfra",
            content=rendered("sudoers.j2", **values),
            mode=0o440,
            validator=Validator.SUDOERS,
        ),
        HostFile(
            path="/etc/ssh/sshd_config.d/50-ffinfra.conf",
            content=rendered("sshd.conf.j2", **values),
            validator=Validator.SSHD,
            units=(SSH.name,),
        ),
    ]
    return Topic(files=tuple(files), packages=("openssh-server", "python3", "sudo"), units=(ACCOUNTS, SSH))


def key_line(key: str) -> Line:
    """A public key as one line of type, key and comment, each of them inert.

    Raises:
        UnsafeValueError: it holds anything else, such as options of sshd(8).
    """
    return listed(key.split(" "), " ")


def _keys(machine: str, account: str, keys: Sequence[str]) -> HostFile:
    return HostFile(
        path=f"/etc/ssh/authorized_keys/{account}",
        content=rendered("authorized_keys.j2", host=machine, keys=[key_line(key) for key in keys]),
    )
