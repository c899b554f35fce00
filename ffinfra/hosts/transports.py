"""How the machines' configuration is delivered, as a stack's configuration says: SSH, or a folder as in the lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from ffinfra.network.values import Model
from ffinfra.problems import InvalidInputError, Place, Problem

USUAL: Final = "ffinfra:transport"
BY_MACHINE: Final = "ffinfra:transports"


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
class Transports:
    """The ways to all machines.

    Attributes:
        usual: the way to those that have none of their own.
        by_machine: machine -> its own.
    """

    usual: Transport = field(default_factory=SshTransport)
    by_machine: Mapping[str, Transport] = field(default_factory=dict)

    def of(self, machine: str) -> Transport:
        """How one machine gets its configuration."""
        return self.by_machine.get(machine, self.usual)

    def login(self, machine: str) -> SshTransport:
        """Account and port of a machine; the usual ones where it has a folder."""
        own = self.of(machine)
        return own if isinstance(own, SshTransport) else SshTransport()


def transports_of(stack: str, configuration: Mapping[str, Any]) -> Transports:
    """The ways that a stack's configuration declares.

    Raises:
        InvalidInputError: one is no way.
    """
    one: TypeAdapter[Transport] = TypeAdapter(Transport)
    by_machine: TypeAdapter[dict[str, Transport]] = TypeAdapter(dict[str, Transport])
    usual = _validated(stack, one, USUAL, configuration.get(USUAL, {}))
    others = _validated(stack, by_machine, BY_MACHINE, configuration.get(BY_MACHINE, {}))
    return Transports(usual, others)


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
