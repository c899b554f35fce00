"""From the model to the whole configuration of one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ffinfra.hosts.access import access_files
from ffinfra.hosts.backbone import backbone_files
from ffinfra.hosts.bridge import bridge_files
from ffinfra.hosts.configuration import HostConfiguration, Topic, combined
from ffinfra.hosts.fastd import fastd_files
from ffinfra.hosts.firewall import nameserver_firewall, supernode_firewall, vm_host_firewall
from ffinfra.hosts.guests import guest_files
from ffinfra.hosts.kernel_pin import kernel_files
from ffinfra.hosts.knot import nameserver_files
from ffinfra.hosts.mesh import mesh_files
from ffinfra.hosts.secrets import HostSecrets
from ffinfra.hosts.served_zones import ServedZone
from ffinfra.hosts.upkeep import Address, exporter_files, upkeep_files
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import DebianRelease, Kernel
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network

ConfiguredMachine = DedicatedHost | Supernode | Nameserver
"""What has a configuration of its own. A cloud slice has none: its hypervisor is the hoster's."""


def render_host(
    network: Network,
    machine_name: str,
    secrets: HostSecrets | None = None,
    zones: Sequence[ServedZone] = (),
) -> HostConfiguration:
    """Every file, package and unit of a machine.

    Args:
        network: the validated model.
        machine_name: a dedicated host, a supernode or a nameserver.
        secrets: what this machine must know: the fastd key of a supernode, the TSIG keys of a nameserver.
        zones: the zones of our own nameservers; only the primary's configuration depends on them.

    Raises:
        KeyError: no machine of that name has a configuration.
        ValueError: a secret that the machine needs is missing, or the zones contradict each other.
    """
    machine = configured_machine(network, machine_name)
    own = secrets or HostSecrets()
    match machine:
        case DedicatedHost():
            topics = _vm_host(network, machine)
        case Supernode():
            topics = _supernode(network, machine, own)
        case Nameserver():
            topics = _nameserver(network, machine, own, zones)
    kernel, debian = _kernel(network, machine)
    everywhere = _everywhere(network, machine, debian)
    return combined(machine_name, (*everywhere, *topics, kernel_files(kernel, debian, machine.name)))


def configured_machines(network: Network) -> tuple[ConfiguredMachine, ...]:
    """All machines that have a configuration, hosts first."""
    hosts = (host for host in network.hosts if isinstance(host, DedicatedHost))
    return (*hosts, *network.guests)


def configured_machine(network: Network, name: str) -> ConfiguredMachine:
    """The machine of that name.

    Raises:
        KeyError: there is none with a configuration of its own.
    """
    for machine in configured_machines(network):
        if machine.name == name:
            return machine
    raise KeyError(name)


def management_address(machine: ConfiguredMachine) -> Address:
    """Where a machine's exporters listen and where it is reached for rollouts."""
    if machine.management_address is not None:
        return machine.management_address
    if isinstance(machine, DedicatedHost):
        return machine.network.ipv4.ip
    own = machine.ipv4 or machine.ipv6
    if own is None:
        raise ValueError(f"{machine.name} has no address; a model read without problems has one")
    return own


def _everywhere(network: Network, machine: ConfiguredMachine, debian: DebianRelease) -> Iterator[Topic]:
    yield access_files(network, machine.name)
    yield upkeep_files(debian, machine.name)
    yield exporter_files(machine.name, management_address(machine), bird=isinstance(machine, Supernode))


def _vm_host(network: Network, host: DedicatedHost) -> Iterator[Topic]:
    yield vm_host_firewall(network, host)
    yield bridge_files(host)
    yield guest_files(network, host)


def _supernode(network: Network, supernode: Supernode, secrets: HostSecrets) -> Iterator[Topic]:
    """The firewall comes first: it redirects away from an instance before that one is stopped."""
    yield supernode_firewall(network, supernode)
    yield mesh_files(network, supernode)
    yield backbone_files(network, supernode)
    yield fastd_files(network, supernode, secrets)


def _nameserver(
    network: Network, nameserver: Nameserver, secrets: HostSecrets, zones: Sequence[ServedZone]
) -> Iterator[Topic]:
    yield nameserver_firewall(network, nameserver)
    yield nameserver_files(network, nameserver, secrets, zones)


def _kernel(network: Network, machine: ConfiguredMachine) -> tuple[Kernel, DebianRelease]:
    if isinstance(machine, DedicatedHost):
        return machine.kernel, machine.debian
    return network.kernel_of(machine), network.host(machine.host).debian
