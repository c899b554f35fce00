"""What a resource type, a function and the arguments of a provider are, in plain values.

The words are those of the engine's protocol (pulumi/proto/pulumi/provider.proto): inputs are what the program
asks for, outputs what the state keeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ffinfra.provider.properties import Properties


class PropertyChange(Enum):
    """What happens to one property; the second half of the members replaces the resource."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"
    ADD_REPLACE = "add-replace"
    DELETE_REPLACE = "delete-replace"
    UPDATE_REPLACE = "update-replace"

    @property
    def replaces(self) -> bool:
        """Whether this change needs a new resource."""
        return self.value.endswith("-replace")

    @property
    def replacing(self) -> PropertyChange:
        """The same change where it needs a new resource."""
        return self if self.replaces else PropertyChange(f"{self.value}-replace")


@dataclass(frozen=True, slots=True)
class Difference:
    """How the inputs differ from the state: property path -> change."""

    changes: Mapping[str, PropertyChange]
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that cannot be accepted, shown by the engine at preview with the property's name."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Existing:
    """What a read found: the id, the outputs as they are now and the inputs that would give them."""

    id: str
    outputs: Properties
    inputs: Properties


class PartiallyCreatedError(Exception):
    """Raised by ``create`` or ``update`` when the thing exists but is not as asked for.

    The engine keeps it in the state with the reasons as ``initErrors``, fails the update, and the next one
    starts with an update of this resource (provider.proto, ErrorResourceInitFailed).
    """

    def __init__(self, resource_id: str, outputs: Properties, inputs: Properties, reason: str) -> None:
        self.id = resource_id
        self.outputs = outputs
        self.inputs = inputs
        self.reason = reason
        super().__init__(reason)


class ResourceType(ABC):
    """One resource type. Verbs may block; they run in threads and may run side by side."""

    token: str
    """The type as in URNs, such as ``freifunk:index:ZoneContent``."""

    def fill_in(self, name: str, inputs: Properties, old_inputs: Properties, seed: bytes) -> Properties:
        """Add defaults before the check; ``seed`` is stable for one resource and gives it a unique name."""
        del name, old_inputs, seed
        return inputs

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse bad inputs at preview. Values may be ``UNKNOWN``."""
        del inputs
        return ()

    @abstractmethod
    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Compare the last outputs with the new inputs, which may hold ``UNKNOWN``."""

    @abstractmethod
    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Make it; returns id and outputs. At preview nothing is touched and new outputs are ``UNKNOWN``.

        Raises:
            PartiallyCreatedError: it exists and belongs into the state, but something after that failed.
        """

    @abstractmethod
    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Look at the real thing; None when it is gone. State and inputs are empty on import."""

    @abstractmethod
    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Change it in place; returns the new outputs. At preview nothing is touched.

        Raises:
            PartiallyCreatedError: it is not as asked for; these outputs and inputs are what is true now.
        """

    @abstractmethod
    def delete(self, resource_id: str, state: Properties) -> None:
        """Remove it; a thing that is gone already is no error."""


class Function(ABC):
    """A question that a program may ask the provider, also at preview."""

    token: str
    """The function's token, such as ``cloudflare:index/getZone:getZone``."""

    @abstractmethod
    def call(self, arguments: Properties) -> Properties | Sequence[Refusal]:
        """Answer, or refuse bad arguments."""


class Settings:
    """The arguments of the provider itself; this one takes any and heeds none."""

    def check(self, arguments: Properties) -> Sequence[Refusal]:
        """Refuse bad arguments. Values may be ``UNKNOWN`` at preview."""
        del arguments
        return ()

    def apply(self, arguments: Properties) -> None:
        """Use the arguments from now on; called once, before any verb of a resource type.

        Raises:
            OperationalError: they cannot be used.
        """
        del arguments

    def cancel(self) -> None:
        """A person pressed Ctrl-C: end waiting and start nothing new."""
