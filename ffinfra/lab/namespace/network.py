"""The network inside the namespace: a loopback interface that has the declared addresses, and what is beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from ffinfra.problems import OperationalError


def set_up_loopback(addresses: Iterable[IPv4Address | IPv6Address]) -> None:
    """Bring the loopback interface up and give it the addresses.

    IPv6 addresses skip duplicate detection (``nodad``), or the first packets would be refused.

    Raises:
        OperationalError: ip is missing or refuses.
    """
    lines = ["link set lo up"]
    for address in addresses:
        option = " nodad" if address.version == 6 else ""
        length = 128 if address.version == 6 else 32
        if not address.is_loopback:
            lines.append(f"address add {address}/{length} dev lo{option}")
    run_ip(lines)


def run_ip(lines: Sequence[str]) -> None:
    """Run commands of ip(8).

    Raises:
        OperationalError: ip is missing or refuses.
    """
    try:
        result = subprocess.run(
            ["ip", "-batch", "-"], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise OperationalError("ip is missing", "Install iproute2") from error
    if result.returncode:
        raise OperationalError(
            f"the lab's network cannot be set up: {result.stderr.strip()}", "See the words of ip"
        )


def interface_is_up(name: str) -> bool:
    """Whether an interface exists and its other end is up too; /sys may show another namespace's."""
    shown = subprocess.run(["ip", "-o", "link", "show", name], capture_output=True, text=True, check=False)
    return "LOWER_UP" in shown.stdout


def forward_packets() -> None:
    """Let packets pass between interfaces; in this namespace alone (ip-sysctl)."""
    for path in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        Path("/proc/sys/net", path).write_text("1\n")
