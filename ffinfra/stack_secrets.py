"""The secrets that a stack's configuration must hold: what is missing or malformed, never a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.parents import UpdatedParent
from ffinfra.dns.delegation.sides import FriendSide, HetznerSecondarySide
from ffinfra.hosts.secrets import (
    TRANSFER_KEY,
    UPDATE_KEY,
    fastd_secret_fault,
    tsig_name_fault,
    tsig_secret_fault,
)
from ffinfra.network.as_found import AsFound
from ffinfra.network.machines import Guest
from ffinfra.network.network import Network
from ffinfra.problems import Place, Problem

TSIG: Final = "ffinfra:tsig"
FASTD: Final = "ffinfra:fastdSecrets"
_TSIG_FORM: Final = "32 random octets in base64, such as head -c 32 /dev/urandom | base64 -w 0 prints"
_FASTD_FORM: Final = "64 hex digits, which fastd --generate-key prints as Secret"

Configuration = Mapping[str, Any]


def hosts_secret_problems(
    stack: str, network: Network, delegations: Delegations | None, configuration: Configuration
) -> Iterator[Problem]:
    """What is wrong with the secrets of a stack that holds the machines.

    A machine whose configuration is a person's keeps its secrets to itself.
    """
    keys = {UPDATE_KEY} if network.nameservers else set()
    if any(_rolled_out(server) for server in network.nameservers):
        keys.add(TRANSFER_KEY)
        keys |= transfer_key_names(delegations) if delegations is not None else set()
    yield from _tsig(stack, keys, configuration)
    names = [node.name for node in network.supernodes if _rolled_out(node)]
    yield from _each(stack, FASTD, names, configuration, fastd_secret_fault, _FASTD_FORM)


def _rolled_out(guest: Guest) -> bool:
    return AsFound.CONFIGURATION not in guest.as_found


def failover_secret_problems(
    stack: str, delegations: Delegations, configuration: Configuration
) -> Iterator[Problem]:
    """What is wrong with the secrets of a stack that holds the delegation."""
    yield from _tsig(stack, failover_key_names(delegations), configuration)


def failover_key_names(delegations: Delegations) -> set[str]:
    """The TSIG keys of a stack that holds the delegation: of transfers that it orders, of the parent's updates."""
    sides = [delegations.fallback_of(zone) for zone in delegations.zones]
    keys: set[str] = {side.key for side in sides if isinstance(side, HetznerSecondarySide)}
    if isinstance(delegations.parent, UpdatedParent):
        keys.add(delegations.parent.key)
    return keys


def transfer_key_names(delegations: Delegations) -> set[str]:
    """The TSIG keys of those who transfer a zone from our primary."""
    found = {friend.key for zone in delegations.zones for friend in zone.secondaries}
    for zone in delegations.zones:
        side = delegations.fallback_of(zone)
        if isinstance(side, HetznerSecondarySide | FriendSide):
            found.add(side.key)
    return {key for key in found if key is not None}


def _tsig(stack: str, needed: set[str], configuration: Configuration) -> Iterator[Problem]:
    yield from _each(stack, TSIG, sorted(needed), configuration, tsig_secret_fault, _TSIG_FORM)
    given = configuration.get(TSIG)
    if not isinstance(given, Mapping):
        return
    for name in sorted(given.keys() - needed):
        fault = tsig_name_fault(name) or tsig_secret_fault(given[name])
        if fault:
            yield _problem(stack, f"{TSIG}.{name}", fault, _set(stack, f"{TSIG}.{name}", _TSIG_FORM))


def _each(
    stack: str,
    key: str,
    names: list[str],
    configuration: Configuration,
    fault_of: Callable[[object], str],
    form: str,
) -> Iterator[Problem]:
    given = configuration.get(key, {})
    if not isinstance(given, Mapping):
        what = "is no mapping of names to secrets"
        yield _problem(
            stack, key, what, f"Remove it (pulumi config rm {key} -s {stack}), then set each by its name"
        )
        return
    for name in names:
        fault = fault_of(given[name]) if name in given else "is missing"
        if fault:
            yield _problem(stack, f"{key}.{name}", fault, _set(stack, f"{key}.{name}", form))


def _set(stack: str, path: str, form: str) -> str:
    return f"Set it: pulumi config set --secret --path '{path}' -s {stack} ({form})"


def _problem(stack: str, path: str, what: str, way_out: str) -> Problem:
    return Problem(place=Place(f"Pulumi.{stack}.yaml"), path=f"config.{path}", what=what, way_out=way_out)
