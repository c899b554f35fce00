"""The network inside the namespace: a loopback interface that has every declared address."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

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
