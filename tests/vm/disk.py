"""A disk with one partition and GRUB in front of it, made without any device; and what GRUB does with it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024

GRUB: Final = Path("/usr/lib/grub/i386-pc")
"""GRUB's parts for a BIOS, of package grub-pc-bin."""

MAKE_CORE: Final = (
    *("grub-mkimage", "--format=i386-pc", "--prefix=(hd0,msdos1)/boot/grub"),
    *("biosdisk", "part_msdos", "ext2", "normal", "linux", "serial", "loadenv", "configfile", "test"),
)
"""Makes what finds the partition and reads its menu; ``--output`` is still to be said."""

_SECTOR: Final = 512
_FIRST_SECTOR: Final = 2048


def write_disk(disk: Path, root: Path, core: Path, mebibytes: int) -> None:
    """One ext4 partition, labelled ``root``, with this content; boot.img, in front, loads what follows it."""
    boot, loader = (GRUB / "boot.img").read_bytes(), core.read_bytes()
    assert len(loader) < (_FIRST_SECTOR - 1) * _SECTOR
    sectors = mebibytes * MIB // _SECTOR
    with disk.open("wb") as raw:
        raw.truncate((_FIRST_SECTOR + sectors) * _SECTOR)
    run(
        "sfdisk",
        "--quiet",
        disk,
        text=f"label: dos\nstart={_FIRST_SECTOR}, size={sectors}, type=83, bootable\n",
    )
    options = ("-q", "-L", "root", "-E", f"offset={_FIRST_SECTOR * _SECTOR}", "-d", root)
    run("mkfs.ext4", *options, disk, f"{mebibytes}M")
    with disk.open("r+b") as raw:
        table = raw.read(_SECTOR)[440:]
        raw.seek(0)
        raw.write(boot[:440] + table + loader)


def what_grub_does(menu: str, place: Path) -> list[str]:
    """Boot a disk with this menu until it halts: what it says that begins with STARTED or Falling.

    Keys wait on its serial line: after an entry that cannot be started it asks for one, for ten seconds of emulation.
    """
    grub = place / "root/boot/grub"
    if not grub.exists():
        shutil.copytree(GRUB, grub / "i386-pc")
    (grub / "grub.cfg").write_text(menu)
    run("grub-editenv", grub / "grubenv", "create")
    run(*MAKE_CORE, "--output", place / "core.img")
    disk = place / "disk.raw"
    write_disk(disk, place / "root", place / "core.img", 32)
    machine = ("qemu-system-x86_64", "-accel", "tcg", "-m", "128", "-nodefaults", "-display", "none")
    drive = ("-drive", f"file={disk},format=raw,if=virtio")
    said = run(*machine, "-serial", "stdio", *drive, text="\n" * 8, seconds=240)
    return re.findall(r"(?:STARTED|Falling)[ -~]*", said)


def run(*command: str | Path, text: str = "", seconds: float = 1800) -> str:
    """Run a command to its end; what it says."""
    done = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-3000:]}"
    return done.stdout
