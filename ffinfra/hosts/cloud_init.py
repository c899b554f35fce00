"""What a new virtual machine is told at its first boot: administrators, keys, kernel. Nothing else.

It is small and stable on purpose: user data that changes would replace a server (PROVIDERS: user_data is one
of the inputs that do), and everything that changes in a machine's life comes by rollout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from ffinfra.hosts.access import key_line
from ffinfra.hosts.kernel_pin import GRUB_DEFAULT, PREFERENCES, backports_source, preferences
from ffinfra.hosts.templates import header, rendered
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import Kernel, KernelSource
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Administrator, Network

Machine = Supernode | Nameserver

FIRST_BOOT_REBOOTS: Final = "/run/ffinfra-first-boot-reboots"
"""Is there from the moment in which a first boot asks for its reboot until that has happened.

systemd's own note of a scheduled shutdown is gone as soon as the shutdown begins, which on a slow machine looks like
a boot that has ended.
"""


def user_data(network: Network, machine: Machine) -> str:
    """The cloud-config of a supernode or nameserver (https://cloudinit.readthedocs.io/en/22.4.2/)."""
    kernel, debian = network.kernel_of(machine), network.host(machine.host).debian
    files = [_file(PREFERENCES, preferences(kernel, debian, machine.name))]
    files.append(_file(GRUB_DEFAULT, _standard_kernel_first(kernel, machine.name)))
    if kernel.source is KernelSource.BACKPORTS:
        files.append(
            _file("/etc/apt/sources.list.d/ffinfra-backports.sources", backports_source(debian, machine.name))
        )
    configuration = {
        "hostname": machine.name,
        "fqdn": _fqdn(network, machine),
        "timezone": network.timezone,
        "ssh_pwauth": False,
        "disable_root": False,
        "users": _users(network.administrators),
        "write_files": files,
        "runcmd": [["sh", "-c", _first_boot(kernel)]],
    }
    first = f"#cloud-config\n{header(machine.name)}\n# Used at its first boot only.\n"
    return first + _yaml(configuration)


def _users(administrators: Sequence[Administrator]) -> list[dict[str, object]]:
    """Root, by whom rollouts come, and a person's own account each."""
    keys = {person.name: [str(key_line(key)) for key in person.ssh_keys] for person in administrators}
    root: dict[str, object] = {
        "name": "root",
        "ssh_authorized_keys": [key for own in keys.values() for key in own],
    }
    return [
        root,
        *(
            {
                "name": name,
                "shell": "/bin/bash",
                "lock_passwd": True,
                "sudo": "ALL=(ALL:ALL) NOPASSWD: ALL",
                "ssh_authorized_keys": own,
            }
            for name, own in keys.items()
        ),
    ]


def meta_data(network: Network, machine: Machine) -> str:
    """NoCloud meta-data; the instance id never changes, so the first boot happens once."""
    values = {"instance-id": machine.name, "local-hostname": _fqdn(network, machine)}
    return f"{header(machine.name)}\n{_yaml(values)}"


def network_config(network: Network, machine: Machine, host: DedicatedHost) -> str:
    """NoCloud network-config (version 2) of a guest on the host's bridge.

    A guest in the host's prefix uses the host's gateway; one with an address routed to the host sends through
    the host itself.
    """
    routes, addresses = [], []
    for address, prefix, gateway, default in (
        (machine.ipv4, host.network.ipv4.network, host.network.ipv4_gateway, "0.0.0.0/0"),
        (machine.ipv6, host.network.ipv6.network, host.network.ipv6_gateway, "::/0"),
    ):
        if address is not None:
            inside = address in prefix
            length = prefix.prefixlen if inside else address.max_prefixlen
            addresses.append(f"{address}/{length}")
            routes.append({"to": default, "via": str(gateway), "on-link": True})
    interface = {
        "match": {"macaddress": machine.hardware_address},
        "addresses": addresses,
        "routes": routes,
        "accept-ra": False,
        "nameservers": {"addresses": [str(resolver) for resolver in network.mesh.resolvers]},
    }
    values = {"version": 2, "ethernets": {"uplink": interface}}
    return f"{header(machine.name)}\n{_yaml(values)}"


def _standard_kernel_first(kernel: Kernel, machine: str) -> str:
    """GRUB's default for the first reboot: the declared package's newest kernel, not the image's own.

    By GRUB's own order 6.1.0-9-cloud-amd64 stands before 6.1.0-9-amd64.
    """
    return rendered("grub_first.cfg.j2", host=machine, package=kernel.package)


def _first_boot(kernel: Kernel) -> str:
    """Install and hold the kernel, then boot it."""
    return rendered(
        "first_boot.sh.j2", package=kernel.package, version=kernel.version or "", reboots=FIRST_BOOT_REBOOTS
    )


def _file(path: str, content: str) -> dict[str, str]:
    return {"path": path, "content": content, "permissions": "0644"}


def _fqdn(network: Network, machine: Machine) -> str:
    return machine.fqdn if isinstance(machine, Nameserver) else network.machine_fqdn(machine.name)


def _yaml(value: Mapping[str, Any]) -> str:
    """YAML that quotes whatever needs it."""
    return yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=False, width=1000)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represented)
