"""Names of persons' accounts on the machines."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_TAKEN = frozenset(
    (
        "adm",
        "admin",
        "ansible",
        "backup",
        "bin",
        "bird",
        "daemon",
        "debian",
        "disk",
        "dnsmasq",
        "ffadmin",
        "games",
        "gnats",
        "irc",
        "knot",
        "libvirt-qemu",
        "list",
        "lp",
        "mail",
        "man",
        "messagebus",
        "news",
        "nobody",
        "operator",
        "polkitd",
        "prometheus",
        "proxy",
        "root",
        "shadow",
        "src",
        "sshd",
        "staff",
        "sudo",
        "sync",
        "sys",
        "systemd-network",
        "systemd-resolve",
        "systemd-timesync",
        "tss",
        "tty",
        "unbound",
        "users",
        "utmp",
        "uucp",
        "video",
        "www-data",
    )
)
"""Accounts and groups that Debian, its daemons or our own files bring."""


_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")


def _of_a_person(value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise ValueError("allowed is a lower-case letter, then letters, digits, inner hyphens, at most 32")
    if value in _TAKEN:
        raise ValueError(f"{value} is an account of the system; allowed is a name of the person's own")
    return value


AccountName = Annotated[str, AfterValidator(_of_a_person)]
"""A person's account on the machines (adduser(8), NAMES)."""
