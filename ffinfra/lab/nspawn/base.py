"""The root that all machines of the lab share: Debian 12 with every package that the sample network's guests want.

It is made once by debootstrap (some minutes, some 120 MB from the mirror) and kept in the user's cache;
machines see it through an overlay and never change it. They start from it without any network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ffinfra.problems import OperationalError

MIRROR: Final = "http://deb.debian.org/debian"
SECURITY_MIRROR: Final = "http://deb.debian.org/debian-security"
SUITE: Final = "bookworm"
"""Debian 13's systemd refuses a host with cgroup v1; 12 boots on either."""

_FIRST: Final = ("systemd-sysv", "dbus", "python3", "iproute2", "ca-certificates")
_MACHINE: Final = ("openssh-server", "cloud-init", "python3-apt", "sudo", "iputils-ping")

_FINISH: Final = """\
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update
apt-get install --yes --no-install-recommends {packages}
apt-get clean
rm -f /usr/sbin/policy-rc.d /etc/ssh/ssh_host_* /etc/machine-id /etc/resolv.conf /etc/hostname
systemctl enable systemd-networkd.service ssh.service
systemctl disable {idle} || true
systemctl mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer
printf 'datasource_list: [NoCloud]\\nnetwork: {{config: disabled}}\\n' >/etc/cloud/cloud.cfg.d/99-lab.cfg
"""

_IDLE: Final = (
    *("knot.service", "bird.service", "dnsmasq.service", "nftables.service", "fastd.service"),
    *("prometheus-node-exporter.service", "prometheus-bird-exporter.service", "unattended-upgrades.service"),
)
"""What Debian's packages would start with settings of their own; the rollout enables what is declared."""


def base_root(packages: Iterable[str], say: Callable[[str], None]) -> Path:
    """The shared root with these packages; made if it is not in the cache.

    Raises:
        OperationalError: we are not root, debootstrap is missing, or the mirror does not answer.
    """
    wanted = tuple(sorted({*packages, *_MACHINE}))
    digest = hashlib.sha256("\n".join((SUITE, _FINISH, *_FIRST, *wanted, *_IDLE)).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ffinfra"
    root = cache / f"nspawn-{SUITE}-{digest}"
    if root.is_dir():
        return root
    _require()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "nspawn.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            say("making the machines' root with debootstrap (once; some minutes)")
            _make(root, wanted)
    return root


def _require() -> None:
    if os.geteuid() != 0:
        raise OperationalError(
            "machines of grade nspawn need root", "Run this as root, or use --machines files"
        )
    if shutil.which("debootstrap") is None:
        raise OperationalError("debootstrap is missing", "Install it: apt-get install debootstrap")


def _make(root: Path, packages: tuple[str, ...]) -> None:
    """Beside its place first, so that a root that was broken off is never used."""
    new = root.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    log = root.with_suffix(".log")
    include = f"--include={','.join(_FIRST)}"
    with log.open("w") as sink:
        _run(["debootstrap", "--variant=minbase", include, SUITE, str(new), MIRROR], sink.fileno(), log)
        sources = [f"deb {MIRROR} {suite} main" for suite in (SUITE, f"{SUITE}-updates")]
        sources.append(f"deb {SECURITY_MIRROR} {SUITE}-security main")
        (new / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
        shutil.copyfile("/etc/resolv.conf", new / "etc/resolv.conf")
        script = _FINISH.format(packages=" ".join(packages), idle=" ".join(_IDLE))
        isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "chroot", str(new)]
        _run([*isolated, "sh", "-c", script], sink.fileno(), log)
    log.unlink()
    new.rename(root)


def _run(command: list[str], sink: int, log: Path) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, check=False)
    if done.returncode:
        last = log.read_text("utf-8", errors="replace").strip().splitlines()[-5:]
        raise OperationalError(f"{command[0]} failed: {' / '.join(last)}", f"See {log}")
