"""The stack's configuration as the engine passes it in, and what else every component needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pulumi

from ffinfra.dns.delegation.sides import OwnSide
from ffinfra.dns.records import Zone
from ffinfra.hosts.outside_secondaries import outside_secondaries
from ffinfra.hosts.secrets import UPDATE_KEY, HostSecrets
from ffinfra.hosts.served_zones import ServedZone, Signing
from ffinfra.hosts.transports import Transports, transports_of
from ffinfra.problems import InvalidInputError
from ffinfra.stack import StackInput, read_stack, structured
from ffinfra.stack_secrets import FASTD, TSIG


@dataclass(frozen=True, slots=True)
class Settings:
    """A stack's input and its secrets.

    Attributes:
        stack: kind, declarations and mode.
        configuration: all values, structured ones as such, secrets in clear.
        transports: how host configuration is delivered.
    """

    stack: StackInput
    configuration: Mapping[str, Any] = field(repr=False)
    transports: Transports

    def host_secrets(self, machine: str) -> HostSecrets:
        """What one machine must know."""
        fastd = _mapping(self.configuration, FASTD).get(machine)
        servers = {server.name for server in self.stack.declarations.network.nameservers}
        return HostSecrets(fastd=fastd, tsig=self.tsig if machine in servers else {})

    @property
    def tsig(self) -> Mapping[str, str]:
        """TSIG key name -> secret, base64."""
        return _mapping(self.configuration, TSIG)

    @property
    def served_zones(self) -> tuple[ServedZone, ...]:
        """The zones as the nameservers' configuration needs them: a seed to start from, and who signs."""
        return tuple(
            ServedZone(
                name=zone.declaration.zone,
                seed=_seed(zone.zone),
                signed=Signing(zone.declaration.signed.value),
                outside=outside_secondaries(self.stack.declarations.delegations, zone.declaration),
            )
            for zone in self.stack.declarations.zones
            if isinstance(zone.declaration.primary, OwnSide)
        )

    @property
    def update_key(self) -> str:
        """The TSIG secret that changes zones, base64."""
        return str(self.tsig[UPDATE_KEY])


def read_settings(project: Path) -> Settings:
    """Read what the engine passed in.

    Raises:
        pulumi.RunError: with every mistake, for people.
    """
    stack = pulumi.get_stack()
    try:
        configuration = structured(pulumi.runtime.config.CONFIG.get())
        read = read_stack(project, stack, configuration)
        return Settings(read, configuration, transports_of(stack, configuration))
    except InvalidInputError as error:
        count = len(error.problems)
        raise pulumi.RunError(f"{count} mistake{'s' if count > 1 else ''} in the input:\n{error}") from error


def _seed(zone: Zone) -> str:
    """SOA and apex NS: what the primary serves until the first update arrives."""
    nameservers = zone.get(zone.origin, "NS")
    soa = replace(zone.soa, serial=1)
    lines = [f"{zone.origin} {soa.ttl} IN SOA {soa.value}"]
    if nameservers is not None:
        lines += [f"{zone.origin} {nameservers.ttl} IN NS {value}" for value in nameservers.values]
    return "\n".join(lines) + "\n"


def _mapping(configuration: Mapping[str, Any], key: str) -> Mapping[str, str]:
    value = configuration.get(key, {})
    return value if isinstance(value, Mapping) else {}
