"""The disk that virtual machines start from: what Debian's generic image is, with the packages of the sample.

It is the root of grade nspawn with GRUB in the master boot record and three kernels: the release's, which boots
first; the declared one, which the rendered pin let apt install; and one of a higher number that nobody declared,
so that GRUB's own order would boot that. It is made once (some minutes, some 250 MB from the mirror) and kept in
the cache of grade nspawn. To install a kernel in a machine without acceleration takes five minutes at each run,
and to read the archive's lists one: there are none, so apt finds that what it is asked for is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from ffinfra.hosts.configuration import HostConfiguration
from tests.lab.nspawn.machines import sample_base
from tests.vm.disk import MAKE_CORE, run, write_disk

UNDECLARED: Final = "6.99.0-1-amd64"
"""A release that sorts before every other; the file is the first kernel's."""

_MEBIBYTES: Final = 4096

_WANTED: Final = re.compile(r"^/etc/apt/(preferences|sources).*ffinfra|^/etc/ffinfra/|/ffinfra-kernel$")
"""What the declared kernel is installed with."""

_LEAN: Final = "mitigations=off module_blacklist=kvm,kvm_amd"
"""For the kernels' command lines: what costs time without acceleration and shows nothing here."""

_KERNELS: Final = f"""\
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
echo 'grub-pc grub-pc/install_devices_empty boolean true' | debconf-set-selections
apt-get update
apt-get install --yes --no-install-recommends initramfs-tools zstd linux-image-amd64
first=$(ls /boot | sed -n 's/^vmlinuz-//p')
cp --recursive /root/declared/. /
ffinfra-kernel install
(cd /root/declared && find . -type f | while read -r file; do rm "/$file"; done)
rm -r /root/declared
apt-mark unhold $(apt-mark showhold)
apt-get install --yes --no-install-recommends grub-pc e2fsprogs ethtool
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d /etc/resolv.conf
for part in vmlinuz initrd.img config; do cp "/boot/$part-$first" "/boot/$part-{UNDECLARED}"; done
mkdir -p /boot/grub
cp -r /usr/lib/grub/i386-pc /boot/grub/i386-pc
{shlex.join(MAKE_CORE)} --output=/boot/grub/core.img
cat >/boot/grub/grub.cfg <<END
linux /boot/vmlinuz-$first root=LABEL=root ro console=ttyS0,115200 {_LEAN}
initrd /boot/initrd.img-$first
boot
END
cat >/etc/default/grub <<END
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_TERMINAL="console serial"
GRUB_CMDLINE_LINUX="console=ttyS0,115200 {_LEAN}"
END
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
echo 'LABEL=root / ext4 errors=remount-ro 0 1' >/etc/fstab
cat >/etc/cloud/cloud.cfg.d/99-lab.cfg <<END
datasource_list: [NoCloud]
ssh_genkeytypes: [ed25519]
locale: C.UTF-8
END
"""


def vm_image(configuration: HostConfiguration) -> Path:
    """The raw image, whose declared kernel is that of this configuration; made if it is not in the cache."""
    base = sample_base()
    files = {file.path: file for file in configuration.files if _WANTED.search(file.path)}
    chosen = (files[path].content for path in sorted(files) if path.startswith("/etc/apt/"))
    parts = (base.name, _KERNELS, str(_MEBIBYTES), *chosen)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    image = base.with_name(f"vm-{digest}.raw")
    with base.with_name("vm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not image.exists():
            print("making the virtual machines' image (once; some minutes)", file=sys.stderr)
            _make(image, base, configuration, tuple(files))
    return image


def _make(image: Path, base: Path, configuration: HostConfiguration, paths: tuple[str, ...]) -> None:
    """Beside its place first, so that one that was broken off is never used."""
    root, new = image.with_suffix(".root"), image.with_suffix(".new")
    shutil.rmtree(root, ignore_errors=True)
    run("cp", "--archive", base, root)
    for path in paths:
        file = configuration.file(path)
        target = root / "root/declared" / path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.content)
        target.chmod(file.mode)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    inside = (
        f'mount -t proc proc {shlex.quote(str(root))}/proc && exec chroot {shlex.quote(str(root))} sh -c "$0"'
    )
    run("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", inside, _KERNELS)
    write_disk(new, root, root / "boot/grub/core.img", _MEBIBYTES)
    new.rename(image)
    shutil.rmtree(root)
