"""The stack's configuration as the engine passes it in, and what else every component needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pulumi
from pydantic import Field, TypeAdapter, ValidationError

from ffinfra.dns.delegation.sides import OwnSide
from ffinfra.dns.records import Zone
from ffinfra.hosts.outside_secondaries import outside_secondaries
from ffinfra.hosts.secrets import UPDATE_KEY, HostSecrets
from ffinfra.hosts.served_zones import ServedZone, Signing
from ffinfra.network.values import Model
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.stack import StackInput, read_stack, structured
from ffinfra.stack_secrets import FASTD, TSIG


class SshTransport(Model):
    """Host configuration goes out by SSH."""

    user: str = Field(default="root", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
    port: int = Field(default=22, ge=1, le=65535)


class DirectoryTransport(Model):
    """Host configuration goes into a folder for each host, as in the lab."""

    directory: str = Field(min_length=1)


Transport = SshTransport | DirectoryTransport

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Settings:
    """A stack's input and its secrets.

    Attributes:
        stack: kind, declarations and mode.
        configuration: all values, structured ones as such, secrets in clear.
        transport: how host configuration is delivered.
        transports: machine -> how its configuration is delivered, where that is another way.
    """

    stack: StackInput
    configuration: Mapping[str, Any] = field(repr=False)
    transport: Transport
    transports: Mapping[str, Transport]

    def transport_of(self, machine: str) -> Transport:
        """How one machine gets its configuration."""
        return self.transports.get(machine, self.transport)

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
        return Settings(read, configuration, *_transports(stack, configuration))
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


def _transports(stack: str, configuration: Mapping[str, Any]) -> tuple[Transport, dict[str, Transport]]:
    """The transport of all machines, and those that differ by machine."""
    one: TypeAdapter[Transport] = TypeAdapter(Transport)
    by_machine: TypeAdapter[dict[str, Transport]] = TypeAdapter(dict[str, Transport])
    usual, others = (configuration.get(key, {}) for key in ("ffinfra:transport", "ffinfra:transports"))
    return (
        _validated(stack, one, "ffinfra:transport", usual),
        _validated(stack, by_machine, "ffinfra:transports", others),
    )


def _validated(stack: str, adapter: TypeAdapter[Value], key: str, value: object) -> Value:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(f"Pulumi.{stack}.yaml"),
                    path=f"config.{key}",
                    what=f"is no transport: {error.errors(include_url=False)[0]['msg']}",
                    way_out="Give user and port (SSH), or directory; in ffinfra:transports by machine",
                )
            ]
        ) from error


def _mapping(configuration: Mapping[str, Any], key: str) -> Mapping[str, str]:
    value = configuration.get(key, {})
    return value if isinstance(value, Mapping) else {}
