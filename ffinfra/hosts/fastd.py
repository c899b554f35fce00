"""The mesh entry: several fastd instances behind one public port.

fastd uses one core (row f of the founding story), so there is one instance for each core less one; nftables
redirects each source address to its instance (see ``buckets``). All instances share the supernode's key, so a
node does not notice which one it talks to.

With ``null@l2tp`` the kernel can carry the payload (offload l2tp, fastd manual; since v22). That needs one
interface for each node, which join an isolating bridge. Where the running kernel has no L2TP, the instance
starts without offload and says so in the journal: slow is better than down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.secrets import HostSecrets
from ffinfra.hosts.templates import rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.hosts import CloudSlice
from ffinfra.network.kernel import DebianRelease
from ffinfra.network.machines import FastdMethod, Supernode
from ffinfra.network.network import Network


@dataclass(frozen=True, slots=True)
class FastdCapability:
    """What a release's fastd can do.

    Attributes:
        version: fastd's major version in that Debian release.
        offload: whether it can leave null@l2tp to the kernel.
        methods: the methods that it knows.
    """

    version: int
    offload: bool
    methods: frozenset[FastdMethod]


CAPABILITIES: Final[Mapping[DebianRelease, FastdCapability]] = {
    DebianRelease.BOOKWORM: FastdCapability(22, offload=True, methods=frozenset(FastdMethod)),
    DebianRelease.TRIXIE: FastdCapability(23, offload=True, methods=frozenset(FastdMethod)),
}
"""null@l2tp and its offload came with v22 (https://fastd.readthedocs.io/en/stable/releases/v22.html)."""

INTERFACE_PREFIX: Final = "fastd"
"""What the names of fastd's interfaces begin with."""

SECRET: Final = "/etc/fastd/secret.conf"
OFFLOAD: Final = "/etc/fastd/offload.conf"
STARTER: Final = "/usr/local/lib/ffinfra/fastd-instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One fastd process.

    Attributes:
        number: from 0.
        port: the UDP port that it listens on, behind the public one.
        core: the core that it may use.
    """

    number: int
    port: int
    core: int

    @property
    def name(self) -> str:
        """Its name in paths."""
        return f"mesh{self.number}"

    @property
    def unit(self) -> str:
        """Its systemd unit."""
        return f"fastd-{self.name}.service"


def instances_of(network: Network, supernode: Supernode) -> tuple[Instance, ...]:
    """The fastd instances of a supernode: as declared, else one a core less one, at least one."""
    cores = _cores(network, supernode)
    count = supernode.fastd.instances or max(1, cores - 1)
    return tuple(
        Instance(number=number, port=supernode.fastd.port + 1 + number, core=(number + 1) % cores)
        for number in range(count)
    )


def uses_offload(network: Network, supernode: Supernode) -> bool:
    """Whether the kernel is to carry null@l2tp: declared or not forbidden, offered, and possible."""
    capability = CAPABILITIES[network.host(supernode.host).debian]
    wanted = supernode.fastd.offload is not False and FastdMethod.NULL_L2TP in supernode.fastd.methods
    return wanted and capability.offload


def fastd_files(network: Network, supernode: Supernode, secrets: HostSecrets) -> Topic:
    """The instances' configurations and units, and the shared secret.

    Raises:
        ValueError: the fastd secret is missing, or no declared method is known to the release's fastd.
    """
    if secrets.fastd is None:
        raise ValueError(f"the fastd secret of {supernode.name} is missing")
    capability = CAPABILITIES[network.host(supernode.host).debian]
    methods = tuple(method for method in supernode.fastd.methods if method in capability.methods)
    if not methods:
        raise ValueError(f"fastd {capability.version} of {supernode.name} knows none of its methods")
    instances = instances_of(network, supernode)
    names = tuple(instance.unit for instance in instances)
    offload = uses_offload(network, supernode)
    secret = HostFile(
        path=SECRET,
        content=rendered("fastd_secret.conf.j2", host=supernode.name, secret=secrets.fastd),
        mode=0o600,
        secret=True,
        units=names,
    )
    files = [secret, *(_offload(supernode, names) if offload else ())]
    for instance in instances:
        files += [_configuration(supernode, instance, methods, offload), _unit(supernode, instance, offload)]
    units = tuple(Unit(name=name, action=UnitAction.RESTART) for name in names)
    return Topic(files=tuple(files), packages=("fastd", "conntrack", "kmod"), units=units)


def _configuration(
    supernode: Supernode, instance: Instance, methods: tuple[FastdMethod, ...], offload: bool
) -> HostFile:
    return HostFile(
        path=f"/etc/fastd/{instance.name}/fastd.conf",
        content=rendered(
            "fastd.conf.j2",
            host=supernode.name,
            instance=instance,
            fastd=supernode.fastd,
            methods=[method.value for method in methods],
            prefix=INTERFACE_PREFIX,
            offload=offload,
        ),
        validator=Validator.FASTD,
        units=(instance.unit,),
    )


def _unit(supernode: Supernode, instance: Instance, offload: bool) -> HostFile:
    return HostFile(
        path=f"/etc/systemd/system/{instance.unit}",
        content=rendered(
            "fastd.service.j2",
            host=supernode.name,
            instance=instance,
            public_port=supernode.fastd.port,
            starter=STARTER,
            offload=offload,
        ),
        validator=Validator.SYSTEMD_UNIT,
        units=(instance.unit,),
    )


def _offload(supernode: Supernode, units: tuple[str, ...]) -> tuple[HostFile, ...]:
    return (
        HostFile(
            path=OFFLOAD,
            content=rendered("fastd_offload.conf.j2", host=supernode.name),
            units=units,
        ),
        HostFile(
            path=STARTER,
            content=rendered("fastd-instance.sh.j2", host=supernode.name, offload=OFFLOAD),
            mode=0o755,
            validator=Validator.SHELL,
            units=units,
        ),
    )


def _cores(network: Network, supernode: Supernode) -> int:
    host = network.host(supernode.host)
    if isinstance(host, CloudSlice):
        return hcloud_catalogue().server_types[host.server_type].cores
    if supernode.size is None:
        raise ValueError(f"{supernode.name} has no size; a model read without problems has one")
    return supernode.size.cores
