"""What the declarations use that expires, or is to be renewed at an age, and which of it has no day noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.parents import CloudflareParent, HetznerParent, UpdatedParent
from ffinfra.dns.delegation.sides import CloudflareSide, FriendSide, HetznerSecondarySide, HetznerSide
from ffinfra.dns.names import is_within
from ffinfra.hosts.secrets import TRANSFER_KEY, UPDATE_KEY
from ffinfra.network.credentials import Credential, CredentialKind, TokenVariable
from ffinfra.network.hosts import CloudSlice
from ffinfra.network.network import Network


class Used(NamedTuple):
    """Something in use: an API token, a domain, a TSIG key, an administrator's key."""

    kind: CredentialKind
    subject: str
    """The variable, the domain, the key's name, the administrator."""

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


def without_a_day(network: Network, delegations: Delegations) -> tuple[Used, ...]:
    """What is in use, and what ``credentials`` does not list, in order."""
    noted = {_noted(credential) for credential in network.credentials}
    return tuple(sorted(set(_used(network, delegations)) - noted))


def _noted(credential: Credential) -> Used:
    subject = credential.subject or (credential.variable.value if credential.variable else "")
    return Used(credential.kind, subject)


def _used(network: Network, delegations: Delegations) -> Iterator[Used]:
    for variable in _tokens(network, delegations):
        yield Used(CredentialKind.API_TOKEN, variable.value)
    for domain in _registered(network, delegations):
        yield Used(CredentialKind.DOMAIN, domain)
    for key in _tsig_keys(network, delegations):
        yield Used(CredentialKind.TSIG_KEY, key)
    for person in network.administrators:
        yield Used(CredentialKind.ADMINISTRATOR_KEY, person.name)


def _tokens(network: Network, delegations: Delegations) -> Iterator[TokenVariable]:
    sides = [side for zone in delegations.zones for side in (zone.primary, delegations.fallback_of(zone))]
    if any(isinstance(host, CloudSlice) for host in network.hosts):
        yield TokenVariable.HETZNER
    for side in (delegations.parent, *sides):
        if isinstance(side, HetznerParent | HetznerSide | HetznerSecondarySide):
            yield TokenVariable.HETZNER
        if isinstance(side, CloudflareParent | CloudflareSide):
            yield TokenVariable.CLOUDFLARE


def _registered(network: Network, delegations: Delegations) -> Iterator[str]:
    """The highest names: what lies below another of them is not registered by itself."""
    names = {delegations.parent.zone, network.domain, *(zone.zone for zone in delegations.zones)}
    for name in names:
        if not any(name != other and is_within(f"{name}.", f"{other}.") for other in names):
            yield name


def _tsig_keys(network: Network, delegations: Delegations) -> Iterator[str]:
    if network.nameservers:
        yield from (UPDATE_KEY, TRANSFER_KEY)
    if isinstance(delegations.parent, UpdatedParent):
        yield delegations.parent.key
    for zone in delegations.zones:
        yield from (friend.key for friend in zone.secondaries if friend.key is not None)
        side = delegations.fallback_of(zone)
        if isinstance(side, HetznerSecondarySide | FriendSide) and side.key is not None:
            yield side.key
