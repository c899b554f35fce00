"""Machines of grade nspawn: every supernode and nameserver boots as real Debian from its own user data.

A server of the cloud boots when the cloud is asked for it, a guest of a dedicated host when that host's folder
gets the guest's seed: what libvirt would do there. A definition that changes later changes nothing that runs,
as on a real host. The machines reach each other and the lab's Internet through the lab's namespace.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_interface
from pathlib import Path
from typing import Any, Final

from ffinfra.hosts.guests import DIRECTORY
from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.secrets import TRANSFER_KEY, UPDATE_KEY, HostSecrets
from ffinfra.lab.namespace.network import forward_packets, interface_is_up, run_ip
from ffinfra.lab.nspawn.machine import Machine, MachineOrder, await_ready, boot
from ffinfra.lab.topology import Address, visitor_addresses
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError
from ffinfra.stack import Declarations

GATEWAY_IPV6: Final = IPv6Address("fe80::1")
"""Our end of each machine's link."""

LINK_SECONDS: Final = 30
"""How long the link of a machine may take to appear."""

PLACEHOLDERS: Final = HostSecrets(fastd="0" * 64, tsig={TRANSFER_KEY: "A" * 24, UPDATE_KEY: "A" * 24})
"""Which packages a machine wants does not depend on its secrets."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What a machine boots from.

    Attributes:
        name: of the machine.
        user_data: cloud-init's user data.
        meta_data: cloud-init's meta data.
        addresses: of its interface.
    """

    name: str
    user_data: str
    meta_data: str
    addresses: tuple[Address, ...]


def guest_packages(network: Network) -> set[str]:
    """The Debian packages of all machines that can boot here."""
    return {
        package
        for guest in network.guests
        for package in render_host(network, guest.name, PLACEHOLDERS).packages
    }


class BootedMachines:
    """See ``OwnMachines``."""

    def __init__(self, declarations: Declarations, folder: Path, logs: Path, base: Path) -> None:
        """None runs yet.

        Args:
            declarations: what is declared.
            folder: holds a folder for each dedicated host.
            logs: where the consoles' words go.
            base: the root that all machines share.
        """
        self._network = declarations.network
        self._visitors = visitor_addresses(declarations)
        self._folder, self._logs, self._base = folder, logs, base
        self._guard = threading.Lock()
        self._machines: dict[str, Machine] = {}
        forward_packets()

    def activate(self, request: Mapping[str, Any]) -> None:
        """Boot the guests of a dedicated host that have got a seed and do not run yet."""
        host = next((one for one in self._network.hosts if one.name == request.get("host")), None)
        if not isinstance(host, DedicatedHost):
            return
        for guest in self._network.guests_of(host.name):
            seed = self._folder / host.name / DIRECTORY.removeprefix("/") / guest.name
            if guest.name not in self._machines and (seed / "user-data").is_file():
                addresses = tuple(one for one in (guest.ipv4, guest.ipv6) if one is not None)
                user, meta = ((seed / name).read_text("utf-8") for name in ("user-data", "meta-data"))
                self._boot(Seed(guest.name, user, meta, addresses))

    def order(self, request: Mapping[str, Any]) -> None:
        """What the cloud does with a server."""
        name = str(request["name"])
        match request["order"]:
            case "boot":
                addresses = tuple(ip_address(text) for text in request["addresses"])
                self._destroy(name)
                self._boot(Seed(name, request["user_data"], request["meta_data"], addresses))
            case "power-on":
                self._restore([name])
            case "power-off":
                self._cut([name])
            case "destroy":
                self._destroy(name)
            case other:
                raise OperationalError(f"a machine cannot {other}", "See ffinfra/lab/clouds/machines")

    def cut_nameservers(self) -> None:
        """Every nameserver that runs loses power."""
        self._cut([server.name for server in self._network.nameservers])

    def restore_nameservers(self) -> None:
        """Every nameserver boots from its own disk."""
        self._restore([server.name for server in self._network.nameservers])

    def stop(self) -> None:
        """End every machine."""
        for machine in self._machines.values():
            machine.stop()

    def status(self) -> dict[str, bool]:
        """Every machine that was made."""
        return {f"machine {machine.name}": machine.running for machine in self._machines.values()}

    def _boot(self, seed: Seed) -> None:
        order = MachineOrder(
            name=seed.name,
            user_data=seed.user_data,
            meta_data=seed.meta_data,
            addresses=tuple(ip_interface(address) for address in seed.addresses),
            gateways=(*(one for one in self._visitors if one.version == 4), GATEWAY_IPV6),
            any_core=("fastd-",),
        )
        self._logs.mkdir(parents=True, exist_ok=True)
        with self._guard:
            machine = boot(order, self._base, self._logs / f"{seed.name}.log", tied=False)
            self._machines[seed.name] = machine
        await_ready(machine, partial(interface_is_up, machine.interface), LINK_SECONDS)
        run_ip(_link(machine.interface, seed.addresses, self._visitors))

    def _cut(self, names: Sequence[str]) -> None:
        for machine in self._named(names):
            machine.cut_power()

    def _restore(self, names: Sequence[str]) -> None:
        for machine in self._named(names):
            machine.restore_power()

    def _named(self, names: Sequence[str]) -> list[Machine]:
        return [self._machines[name] for name in names if name in self._machines]

    def _destroy(self, name: str) -> None:
        with self._guard:
            machine = self._machines.pop(name, None)
        if machine is not None:
            machine.stop()


def _link(interface: str, addresses: Sequence[Address], visitors: Sequence[Address]) -> list[str]:
    """Our end of a machine's link, and the way to it; we come from a management address."""
    lines = [f"address add {GATEWAY_IPV6}/64 dev {interface} nodad"]
    for address in addresses:
        source = next((f" src {one}" for one in visitors if one.version == address.version), "")
        lines.append(f"route add {address}/{address.max_prefixlen} dev {interface}{source}")
    return lines
