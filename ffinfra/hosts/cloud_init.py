"""What a new virtual machine is told at its first boot: administrators, keys, kernel. Nothing else.

It is small and stable on purpose: user data that changes would replace a server (PROVIDERS: user_data is one
of the inputs that do), and everything that changes in a machine's life comes by rollout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from ffinfra.hosts.kernel_pin import GRUB_DEFAULT, PREFERENCES, backports_source, preferences
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import Kernel, KernelSource
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Network

Machine = Supernode | Nameserver


def user_data(network: Network, machine: Machine) -> str:
    """The cloud-config of a supernode or nameserver (https://cloudinit.readthedocs.io/en/22.4.2/)."""
    kernel, debian = network.kernel_of(machine), network.host(machine.host).debian
    files = [_file(PREFERENCES, preferences(kernel, debian, machine.name))]
    files.append(_file(GRUB_DEFAULT, _standard_kernel_first(kernel)))
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
        "users": [
            {
                "name": "root",
                "ssh_authorized_keys": [key for one in network.administrators for key in one.ssh_keys],
            },
            *(
                {
                    "name": person.name,
                    "shell": "/bin/bash",
                    "lock_passwd": True,
                    "sudo": "ALL=(ALL:ALL) NOPASSWD: ALL",
                    "ssh_authorized_keys": list(person.ssh_keys),
                }
                for person in network.administrators
            ),
        ],
        "write_files": files,
        "runcmd": [["sh", "-c", _first_boot(kernel)]],
    }
    header = f"#cloud-config\n# Written by ffinfra for {machine.name}; used at its first boot only.\n"
    return header + _yaml(configuration)


def meta_data(network: Network, machine: Machine) -> str:
    """NoCloud meta-data; the instance id never changes, so the first boot happens once."""
    return _yaml({"instance-id": machine.name, "local-hostname": _fqdn(network, machine)})


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
    return _yaml({"version": 2, "ethernets": {"uplink": interface}})


def _standard_kernel_first(kernel: Kernel) -> str:
    """GRUB's default for the first reboot: the declared package's newest kernel, not the image's own.

    By GRUB's own order 6.1.0-9-cloud-amd64 stands before 6.1.0-9-amd64. The rollout replaces this file.
    """
    return (
        "# Written by ffinfra; the first rollout replaces this file.\n"
        "GRUB_DISABLE_SUBMENU=y\n"
        f"ffinfra_image=$(dpkg-query --show --showformat='${{Depends}}' {kernel.package} || true)\n"
        "ffinfra_image=${ffinfra_image#linux-image-}\n"
        'GRUB_DEFAULT="${GRUB_DISTRIBUTOR:-Debian} GNU/Linux, with Linux ${ffinfra_image%% *}"\n'
    )


def _first_boot(kernel: Kernel) -> str:
    """Install and hold the kernel, then boot it; a container has none of its own."""
    package = f"{kernel.package}={kernel.version}" if kernel.version else kernel.package
    return (
        "systemd-detect-virt --quiet --container && exit 0; "
        "export DEBIAN_FRONTEND=noninteractive; apt-get update && "
        f"apt-get install --yes --no-install-recommends --allow-downgrades python3 sudo {package} && "
        f"apt-mark hold {kernel.package} && update-grub && shutdown --reboot +1"
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
