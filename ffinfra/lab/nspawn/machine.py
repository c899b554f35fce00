"""One machine: an overlay in memory over the shared root, booted by systemd-nspawn from a NoCloud seed.

Everything hangs on one process: its mount and PID namespaces hold the overlay and the machine, so both are
gone when it ends, and it ends when its starter does, also by SIGKILL. The machine's one interface, ``uplink``,
is a veth whose other end, ``vm-<name>``, appears in the network namespace that we are started in. nspawn ends
with 133 when the machine reboots, and is then started again; when it is killed, as by a power cut, the next line
on stdin starts it again from the same overlay.
"""

from __future__ import annotations

import hashlib
import os
import select
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from pathlib import Path
from typing import Final

from ffinfra.problems import OperationalError

BOOT_SECONDS: Final = 120
"""How long a machine may take to its sshd, with cloud-init before it."""

_DEATH_SECONDS: Final = 30
"""How long a machine whose power is cut may take to be gone."""

_PROGRAMS: Final = ("systemd-nspawn", "unshare", "setpriv", "ip", "mount")

_PLACE: Final = "/mnt"
"""Where the overlay is mounted: a folder that exists anyway, seen so by the machine's mount namespace alone."""

_START: Final = """\
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs {place}
mkdir {place}/upper {place}/work {place}/root
mount -t overlay -o lowerdir={base},upperdir={place}/upper,workdir={place}/work overlay {place}/root
cd {place}/root
mkdir -p var/lib/cloud/seed/nocloud etc/systemd/network
cat >var/lib/cloud/seed/nocloud/user-data <<'END-OF-USER-DATA'
{user_data}
END-OF-USER-DATA
cat >var/lib/cloud/seed/nocloud/meta-data <<'END-OF-META-DATA'
{meta_data}
END-OF-META-DATA
cat >etc/systemd/network/10-lab-uplink.network <<'END-OF-NETWORK'
{network}
END-OF-NETWORK
for prefix in {any_core}; do
    mkdir -p "etc/systemd/system/$prefix.service.d"
    printf '[Service]\nCPUAffinity=\n' >"etc/systemd/system/$prefix.service.d/lab.conf"
done
echo {machine_id} >etc/machine-id
echo 'locale: false' >etc/cloud/cloud.cfg.d/98-lab.cfg
cd /
touch {place}/net
unshare --net={place}/net true
ip link add {outer} type veth peer name uplink netns {place}/net
ip link set {outer} up
code=133
while [ "$code" -eq 133 ]; do
    code=0
    systemd-nspawn --quiet --directory={place}/root --boot --register=no --keep-unit --link-journal=no \\
        --machine={name} --network-namespace-path={place}/net \\
        --capability=CAP_NET_ADMIN --bind=/dev/net/tun --resolv-conf=off --timezone=off \\
        --console=pipe </dev/null || code=$?
    if [ "$code" -eq 137 ] && read -r _; then code=133; fi
done
exit "$code"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOrder:
    """What a machine is made from.

    Attributes:
        name: its name, at most 11 characters so that ``vm-<name>`` is an interface.
        user_data: cloud-init's user data.
        meta_data: cloud-init's meta data.
        addresses: of its interface, with the prefix of its link.
        gateways: where it sends what is not on its link; on the link itself, whatever their address.
        any_core: prefixes of units (``fastd-``) that run on any core, because the machine may be declared with
            more cores than this computer has (systemd.unit(5), drop-ins of a prefix).
    """

    name: str
    user_data: str
    meta_data: str
    addresses: tuple[IPv4Interface | IPv6Interface, ...]
    gateways: tuple[IPv4Address | IPv6Address, ...] = ()
    any_core: tuple[str, ...] = ()


@dataclass(slots=True)
class Machine:
    """A running machine.

    Attributes:
        name: its name.
        process: what everything of it hangs on.
        log: its console.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def interface(self) -> str:
        """Its link's end on our side."""
        return outer_interface(self.name)

    @property
    def running(self) -> bool:
        """Whether it has power."""
        return self._nspawn is not None

    def stop(self) -> None:
        """End it at once; nothing of it is left."""
        self.process.kill()
        self.process.communicate()

    def cut_power(self) -> None:
        """Stop it as a power cut would; what it has written stays.

        nspawn is held first: it must not see its machine die, and end with a code of its own. Afterwards no process
        of the machine is left, so none of its daemons is still connected to.
        """
        nspawn = self._nspawn
        if nspawn is not None:
            os.kill(nspawn, signal.SIGSTOP)
            for process in (*_children(nspawn), nspawn):
                _kill_and_await(process)

    def restore_power(self) -> None:
        """Boot it again from what it had written.

        Raises:
            OperationalError: nothing is left of it.
        """
        if self.running:
            return
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(b"on\n")
            self.process.stdin.flush()
        except OSError as error:
            raise OperationalError(f"{self.name} has ended for good", f"See {self.log}") from error

    @property
    def _nspawn(self) -> int | None:
        """The process of systemd-nspawn, a child of the shell that is the only child of unshare."""
        of_the_shell = (child for shell in _children(self.process.pid) for child in _children(shell))
        return next((child for child in of_the_shell if _name(child) == "systemd-nspawn"), None)


def outer_interface(name: str) -> str:
    """The name of a machine's link on our side."""
    return f"vm-{name}"


def boot(
    order: MachineOrder, base: Path, log: Path, *, enter: Sequence[str] = (), tied: bool = True
) -> Machine:
    """Boot a machine; it is up once ``await_ready`` says so.

    Args:
        order: what it is made from.
        base: the shared root.
        log: where its console goes.
        enter: a command that enters the network namespace that its link is to appear in.
        tied: whether it ends with the thread that starts it (prctl(2), PR_SET_PDEATHSIG); else with its process
            namespace.

    Raises:
        OperationalError: a program is missing.
    """
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        raise OperationalError(
            f"machines need {', '.join(missing)}", "Install systemd-container, util-linux and iproute2"
        )
    script = _START.format(
        place=_PLACE,
        base=shlex.quote(str(base)),
        name=order.name,
        machine_id=hashlib.sha256(f"lab {order.name}".encode()).hexdigest()[:32],
        outer=outer_interface(order.name),
        user_data=order.user_data,
        meta_data=order.meta_data,
        network=_network(order),
        any_core=shlex.join(order.any_core),
    )
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*(["setpriv", "--pdeathsig", "KILL"] if tied else []), *enter, *namespaces, "sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
        )
    return Machine(order.name, process, log)


def await_ready(machine: Machine, look: Callable[[], bool], seconds: float = BOOT_SECONDS) -> None:
    """Wait until a machine is ready.

    Raises:
        OperationalError: it ended, or is not ready in time; with the last lines of its console.
    """
    deadline = time.monotonic() + seconds
    while not look():
        if machine.process.poll() is not None or time.monotonic() > deadline:
            last = machine.log.read_text("utf-8", errors="replace").strip().splitlines()[-10:]
            raise OperationalError(
                f"{machine.name} does not come up: {' / '.join(last)}", f"See {machine.log}"
            )
        time.sleep(0.2)


def _network(order: MachineOrder) -> str:
    addresses = "\n".join(f"Address={address}" for address in order.addresses)
    routes = "".join(f"\n[Route]\nGateway={gateway}\nGatewayOnLink=yes" for gateway in order.gateways)
    return (
        f"[Match]\nName=uplink\n[Network]\n{addresses}\nIPv6AcceptRA=no\n"
        f"DefaultRouteOnDevice={'no' if order.gateways else 'yes'}\n"
        f"LinkLocalAddressing=ipv6\nIPv6DuplicateAddressDetection=0{routes}"
    )


def _kill_and_await(process: int) -> None:
    """Kill it; the init of a PID namespace ends only once all others in it have ended (pid_namespaces(7))."""
    handle = os.pidfd_open(process)
    try:
        os.kill(process, signal.SIGKILL)
        select.select([handle], [], [], _DEATH_SECONDS)
    finally:
        os.close(handle)


def _children(process: int) -> tuple[int, ...]:
    try:
        return tuple(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))
    except OSError:
        return ()


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""
