"""The machines as an Ansible inventory, for our own playbook and for a community's own roles."""

from __future__ import annotations

from typing import Any

from ffinfra.hosts.rendering import ConfiguredMachine, configured_machines, management_address
from ffinfra.hosts.transports import Transports
from ffinfra.network.hosts import CloudSlice, DedicatedHost
from ffinfra.network.machines import Nameserver
from ffinfra.network.network import Network


def inventory(network: Network, transports: Transports) -> dict[str, Any]:
    """The inventory in the form of an inventory script's ``--list``: address, account and port as in a rollout.

    Groups: ``vm_hosts``, ``supernodes``, ``nameservers``; one ``site_<name>`` and ``hoster_<name>`` for each
    failure domain, with underscores for hyphens as Ansible wants them. Secrets are in none of it.
    (https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html)
    """
    groups: dict[str, list[str]] = {"vm_hosts": [], "supernodes": [], "nameservers": []}
    variables: dict[str, dict[str, Any]] = {}
    for machine in configured_machines(network):
        for group in _groups(network, machine):
            groups.setdefault(group, []).append(machine.name)
        variables[machine.name] = _variables(network, machine, transports)
    return {
        "_meta": {"hostvars": variables},
        "all": {"children": ["ungrouped", *sorted(groups)]},
        **{name: {"hosts": hosts} for name, hosts in sorted(groups.items())},
    }


def _groups(network: Network, machine: ConfiguredMachine) -> tuple[str, str, str]:
    location = _host(network, machine).location
    return _kind(machine), f"site_{_word(location.site)}", f"hoster_{_word(location.hoster)}"


def _kind(machine: ConfiguredMachine) -> str:
    if isinstance(machine, DedicatedHost):
        return "vm_hosts"
    return "nameservers" if isinstance(machine, Nameserver) else "supernodes"


def _variables(network: Network, machine: ConfiguredMachine, transports: Transports) -> dict[str, Any]:
    host, login = _host(network, machine), transports.login(machine.name)
    return {
        "ansible_host": str(management_address(machine)),
        "ansible_user": login.user,
        "ansible_port": login.port,
        "ansible_python_interpreter": "/usr/bin/python3",
        "ffinfra_host": host.name,
        "ffinfra_site": host.location.site,
        "ffinfra_hoster": host.location.hoster,
        "ffinfra_debian": host.debian.value,
    }


def _host(network: Network, machine: ConfiguredMachine) -> DedicatedHost | CloudSlice:
    return machine if isinstance(machine, DedicatedHost) else network.host(machine.host)


def _word(text: str) -> str:
    return text.replace("-", "_")
