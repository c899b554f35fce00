"""Rules of firewalls (https://docs.hetzner.cloud/reference/cloud#firewalls)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body
from ffinfra.lab.clouds.hetzner.errors import invalid_input

_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in its canonical form: networks without host bits, IPv6 compressed and in lower case."""

    direction: str
    protocol: str
    port: str | None
    source_ips: tuple[str, ...]
    destination_ips: tuple[str, ...]
    description: str | None

    def shape(self) -> JsonObject:
        """As the API shows it."""
        return {
            "direction": self.direction,
            "protocol": self.protocol,
            "port": self.port,
            "source_ips": list(self.source_ips),
            "destination_ips": list(self.destination_ips),
            "description": self.description,
        }


class NewRule(Body):
    """A rule as asked for."""

    direction: Literal["in", "out"]
    protocol: Literal["tcp", "udp", "icmp", "esp", "gre"]
    port: str | None = None
    source_ips: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    destination_ips: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    description: Annotated[str, Field(max_length=255)] | None = None

    def checked(self) -> Rule:
        """The rule in its canonical form.

        Raises:
            HetznerError: ports where the protocol has none, no networks, or host bits in a network.
        """
        wrong: list[str] = []
        if (self.port is not None) is not (self.protocol in ("tcp", "udp")):
            wrong.append(
                f"a rule for {self.protocol} {'has no' if self.port is not None else 'needs a'} port"
            )
        elif self.port is not None and not _are_ports(self.port):
            wrong.append(f"port {self.port!r} is neither a port nor a range of ports")
        if not (self.source_ips if self.direction == "in" else self.destination_ips):
            wrong.append("in needs source_ips, out needs destination_ips")
        wrong.extend(
            f"{ip!r} is no network in CIDR notation, or has host bits"
            for ip in (*self.source_ips, *self.destination_ips)
            if not _is_network(ip)
        )
        if wrong:
            raise invalid_input({"rules": wrong})
        return Rule(
            self.direction,
            self.protocol,
            self.port,
            tuple(str(ip_network(ip)) for ip in self.source_ips),
            tuple(str(ip_network(ip)) for ip in self.destination_ips),
            self.description,
        )


Rules = Annotated[tuple[NewRule, ...], Field(max_length=50)]


def _are_ports(text: str) -> bool:
    found = _PORTS.fullmatch(text)
    if found is None:
        return False
    first, last = int(found[1]), int(found[2] or found[1])
    return 1 <= first <= last <= 65535


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text
