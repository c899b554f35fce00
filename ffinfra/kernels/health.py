"""Whether a machine does its work: units, BGP sessions, answers to DNS questions."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import assert_never

from ffinfra.hosts.fastd import instances_of
from ffinfra.hosts.rendering import ConfiguredMachine, management_address
from ffinfra.kernels.shell import Shell
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError

STARTED = "systemctl show --property=UserspaceTimestampMonotonic,UserspaceTimestamp"
"""Says when this systemd started; another answer means that the machine was rebooted."""

_SESSION = re.compile(
    r"^(\S+)\s+BGP\s.*?\b(Established|Idle|Active|Connect|OpenSent|OpenConfirm)\b", re.MULTILINE
)
"""A line of ``birdc show protocols``."""


def services_of(network: Network, machine: ConfiguredMachine) -> tuple[str, ...]:
    """The units without which a machine is of no use."""
    match machine:
        case DedicatedHost():
            return (
                "nftables.service",
                *(f"ffinfra-guest-{one.name}.service" for one in network.guests_of(machine.name)),
            )
        case Supernode():
            instances = (instance.unit for instance in instances_of(network, machine))
            return ("nftables.service", "bird.service", "dnsmasq.service", *instances)
        case Nameserver():
            return ("nftables.service", "knot.service")
    assert_never(machine)


def established_sessions(shell: Shell, supernode: Supernode) -> frozenset[str]:
    """The names of the BGP sessions that are up."""
    said = shell.run(str(management_address(supernode)), "birdc show protocols")
    return frozenset(name for name, state in _SESSION.findall(said) if state == "Established")


def ailments(
    network: Network,
    shell: Shell,
    machine: ConfiguredMachine,
    zones: Sequence[str],
    sessions: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """What keeps a machine from its work; empty when it is well.

    Args:
        network: the model.
        shell: the way to it.
        machine: the machine.
        zones: the zones that nameservers answer for.
        sessions: the BGP sessions that must be up.
    """
    address = str(management_address(machine))
    try:
        found = list(_inactive(shell, address, services_of(network, machine)))
        if isinstance(machine, Supernode):
            down = sessions - established_sessions(shell, machine)
            found += [f"the BGP session {name} is not up" for name in sorted(down)]
        if isinstance(machine, Nameserver):
            found += _silent_zones(shell, machine, zones)
    except OperationalError as error:
        return (error.what,)
    return tuple(found)


def _inactive(shell: Shell, address: str, units: Sequence[str]) -> list[str]:
    said = shell.run(address, f"systemctl is-active {shlex.join(units)} || true").split()
    return [f"{unit} is {state}" for unit, state in zip(units, said, strict=False) if state != "active"]


def _silent_zones(shell: Shell, nameserver: Nameserver, zones: Sequence[str]) -> list[str]:
    own = nameserver.ipv4 or nameserver.ipv6
    ask = "; ".join(
        f"kdig @{own} +short +retry=0 +time=2 {shlex.quote(zone)} SOA | grep -q . || echo {shlex.quote(zone)}"
        for zone in zones
    )
    said = shell.run(str(management_address(nameserver)), ask or "true", 60 + 3 * len(zones))
    return [f"it gives no answer for {zone}" for zone in said.split()]
