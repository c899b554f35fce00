"""Taking a supernode out of service before it goes down, and putting it back to work."""

from __future__ import annotations

import shlex

from ffinfra.hosts.fastd import instances_of
from ffinfra.hosts.rendering import management_address
from ffinfra.kernels.shell import Shell
from ffinfra.network.machines import Supernode
from ffinfra.network.network import Network


def drain(network: Network, shell: Shell, supernode: Supernode) -> None:
    """BGP off, then fastd: the backbone forgets it before its nodes look for another one.

    Raises:
        OperationalError: it does not answer, or a daemon does not stop.
    """
    instances = shlex.join(_instances(network, supernode))
    shell.run(
        str(management_address(supernode)), f"systemctl stop bird.service && systemctl stop {instances}"
    )


def put_to_work(network: Network, shell: Shell, supernode: Supernode) -> None:
    """The daemons again; nothing happens where they run already.

    Raises:
        OperationalError: it does not answer, or a daemon does not start.
    """
    units = shlex.join((*_instances(network, supernode), "bird.service"))
    shell.run(str(management_address(supernode)), f"systemctl start {units}")


def _instances(network: Network, supernode: Supernode) -> tuple[str, ...]:
    return tuple(instance.unit for instance in instances_of(network, supernode))
