"""The guests of a dedicated host: libvirt domains with a NoCloud seed.

A changed definition is told to libvirt at once and used at the guest's next power cycle; a rollout never
stops a guest. The disk is made once, from Debian's generic cloud image, which an administrator puts to
/var/lib/libvirt/images (docs/LIMITS.md).
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Final

from ffinfra.hosts import cloud_init
from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.templates import rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.checks.interfaces import guest_interface
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import DebianRelease
from ffinfra.network.network import Network

DIRECTORY: Final = "/etc/ffinfra/guests"
SCRIPT: Final = "/usr/local/sbin/ffinfra-guest"
IMAGES: Final = "/var/lib/libvirt/images"

_NAMESPACE: Final = uuid.UUID("0b1f1e1c-7d0c-5d7b-9d57-6f6b2f1d5a10")
"""For UUIDs of domains made from names (RFC 9562 section 5.5)."""

BASE_IMAGE: Final = {
    DebianRelease.BOOKWORM: "debian-12-generic-amd64.qcow2",
    DebianRelease.TRIXIE: "debian-13-generic-amd64.qcow2",
}
"""The generic image: its kernel has the drivers that the cloud image's lacks, batman-adv among them."""


class Accelerator(StrEnum):
    """What runs a guest's instructions, in libvirt's words (https://libvirt.org/formatdomain.html)."""

    KVM = "kvm"
    """The processor: what every VM host is declared to have."""
    EMULATION = "qemu"
    """QEMU's translator, tens of times slower: for a rehearsal on a computer without virtualisation."""


_CPU_MODE: Final = {Accelerator.KVM: "host-passthrough", Accelerator.EMULATION: "maximum"}
"""Either is all that the accelerator can do; a guest is never moved between hosts."""


def domain_definition(
    network: Network,
    host: DedicatedHost,
    guest: cloud_init.Machine,
    accelerator: Accelerator = Accelerator.KVM,
) -> str:
    """What libvirt is told of a guest.

    Raises:
        ValueError: the guest has no size.
    """
    if guest.size is None:
        raise ValueError(f"{guest.name} has no size; a model read without problems has one")
    return rendered(
        "domain.xml.j2",
        host=host.name,
        guest=guest,
        identifier=str(uuid.uuid5(_NAMESPACE, f"{network.community}/{guest.name}")),
        interface=guest_interface(guest.name),
        bridge=host.network.bridge,
        images=IMAGES,
        accelerator=accelerator,
        cpu_mode=_CPU_MODE[accelerator],
    )


def guest_files(network: Network, host: DedicatedHost) -> Topic:
    """Domain and seed of each guest, and the script that hands them to libvirt."""
    files = [
        HostFile(
            path=SCRIPT,
            content=rendered(
                "ffinfra-guest.sh.j2",
                host=host.name,
                directory=DIRECTORY,
                images=IMAGES,
                base_image=BASE_IMAGE[host.debian],
            ),
            mode=0o755,
            validator=Validator.SHELL,
        )
    ]
    units = []
    for guest in network.guests_of(host.name):
        unit = Unit(name=f"ffinfra-guest-{guest.name}.service", action=UnitAction.RESTART)
        units.append(unit)
        files += _guest(network, host, guest, unit)
    packages = (
        *("genisoimage", "libvirt-clients", "libvirt-daemon-system", "libxml2-utils"),
        *("qemu-system-x86", "qemu-utils"),
    )
    return Topic(files=tuple(files), packages=packages, units=tuple(units))


def _guest(
    network: Network, host: DedicatedHost, guest: cloud_init.Machine, unit: Unit
) -> tuple[HostFile, ...]:
    place = f"{DIRECTORY}/{guest.name}"
    asks = (unit.name,)
    return (
        HostFile(
            path=f"{place}/domain.xml",
            content=domain_definition(network, host, guest),
            validator=Validator.LIBVIRT_DOMAIN,
            units=asks,
        ),
        HostFile(
            path=f"{place}/user-data",
            content=cloud_init.user_data(network, guest),
            units=asks,
        ),
        HostFile(path=f"{place}/meta-data", content=cloud_init.meta_data(network, guest), units=asks),
        HostFile(
            path=f"{place}/network-config",
            content=cloud_init.network_config(network, guest, host),
            units=asks,
        ),
        HostFile(
            path=f"/etc/systemd/system/{unit.name}",
            content=rendered("guest.service.j2", host=host.name, guest=guest, script=SCRIPT),
            validator=Validator.SYSTEMD_UNIT,
            units=asks,
        ),
    )
