"""What can fail at once: the things that several machines share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ffinfra.network.machines import Guest
from ffinfra.network.network import Network


class DomainKind(StrEnum):
    """The kinds of failure domains, from small to large."""

    MACHINE = "machine"
    KERNEL = "kernel"
    BACKBONE_ROUTER = "backbone router"
    ADMINISTRATOR = "administrator"
    MANAGEMENT_PREFIX = "management prefix"
    DNS_PROVIDER = "DNS provider"
    CREDENTIAL = "credential"
    HOST = "host"
    SITE = "site"
    ACCOUNT = "account"
    HOSTER = "hoster"
    UPSTREAM = "upstream"
    AUTONOMOUS_SYSTEM = "autonomous system"


@dataclass(frozen=True, slots=True, order=True)
class FailureDomain:
    """One thing that can fail."""

    kind: DomainKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def failure_domains(network: Network, guest: Guest) -> frozenset[FailureDomain]:
    """The places whose failure takes a guest down; ``ffinfra.network.survival`` adds what is no place."""
    host = network.host(guest.host)
    location = host.location
    hoster = next(hoster for hoster in network.hosters if hoster.name == location.hoster)
    return frozenset(
        {
            FailureDomain(DomainKind.HOST, host.name),
            FailureDomain(DomainKind.SITE, f"{location.hoster}/{location.site}"),
            FailureDomain(DomainKind.ACCOUNT, hoster.account),
            FailureDomain(DomainKind.HOSTER, location.hoster),
            FailureDomain(DomainKind.UPSTREAM, location.upstream),
            FailureDomain(DomainKind.AUTONOMOUS_SYSTEM, f"AS{location.autonomous_system}"),
        }
    )
