"""A Pulumi provider as a table of resource types, each with five verbs on plain values."""

from __future__ import annotations

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.server import main as serve_plugin

from ffinfra.provider.properties import Properties, from_engine, to_engine


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


class ResourceType(ABC):
    """One resource type. Verbs may block; they run in threads and may run side by side."""

    token: str
    """The type as in URNs, such as ``freifunk:index:ZoneContent``."""

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse bad inputs at preview. Values may be ``UNKNOWN``."""
        del inputs
        return ()

    @abstractmethod
    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Compare the last outputs with the new inputs, which may hold ``UNKNOWN``."""

    @abstractmethod
    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Make it; returns id and outputs. At preview nothing is touched and new outputs are ``UNKNOWN``."""

    @abstractmethod
    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Look at the real thing; None when it is gone. State and inputs are empty on import."""

    @abstractmethod
    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Change it in place; returns the new outputs. At preview nothing is touched."""

    @abstractmethod
    def delete(self, resource_id: str, state: Properties) -> None:
        """Remove it; a thing that is gone already is no error."""


class Plugin(protocol.Provider):
    """The engine's view of a table of resource types."""

    def __init__(self, name: str, version: str, types: Sequence[ResourceType]) -> None:
        self._name = name
        self._version = version
        self._types = {resource_type.token: resource_type for resource_type in types}

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The engine wants a schema only for YAML programs; name and version are enough for ours."""
        del request
        return protocol.GetSchemaResponse(f'{{"name": "{self._name}", "version": "{self._version}"}}')

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse bad inputs."""
        inputs = from_engine(request.new_inputs)
        refusals = await asyncio.to_thread(self._type(request.type).check, inputs)
        failures = [protocol.CheckFailure(refusal.property, refusal.reason) for refusal in refusals]
        return protocol.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare state and inputs, leaving out what the program ignores."""
        difference = await asyncio.to_thread(
            self._type(request.type).diff, from_engine(request.old_state), from_engine(request.new_inputs)
        )
        ignored = set(request.ignore_changes)
        changes = {path: kind for path, kind in difference.changes.items() if _top(path) not in ignored}
        return protocol.DiffResponse(
            changes=bool(changes),
            replaces=[path for path, kind in changes.items() if kind.replaces],
            diffs=sorted({_top(path) for path in changes}),
            detailed_diff={path: protocol.PropertyDiff(_kind(kind), True) for path, kind in changes.items()},
            delete_before_replace=difference.delete_before_replace,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make the resource."""
        resource_id, outputs = await asyncio.to_thread(
            lambda: self._type(request.type).create(
                request.name, from_engine(request.properties), preview=request.preview
            )
        )
        return protocol.CreateResponse(resource_id, to_engine(outputs))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Look at the resource; an empty id tells the engine that it is gone."""
        found = await asyncio.to_thread(
            self._type(request.type).read,
            request.resource_id,
            from_engine(request.properties),
            from_engine(request.inputs),
        )
        if found is None:
            return protocol.ReadResponse("", {}, {})
        return protocol.ReadResponse(found.id, to_engine(found.outputs), to_engine(found.inputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change the resource in place."""
        outputs = await asyncio.to_thread(
            lambda: self._type(request.urn.split("::")[-2]).update(
                request.resource_id,
                from_engine(request.olds),
                from_engine(request.news),
                preview=request.preview,
            )
        )
        return protocol.UpdateResponse(to_engine(outputs))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Remove the resource."""
        await asyncio.to_thread(
            self._type(request.type).delete, request.resource_id, from_engine(request.properties)
        )

    def serve(self) -> None:
        """Run as the engine's child until it ends us."""
        serve_plugin(sys.argv[1:], self._version, self)

    def _type(self, token: str) -> ResourceType:
        """Look up a type; inside a component the token carries its parents, ``parent$own``."""
        own = token.rsplit("$", 1)[-1]
        try:
            return self._types[own]
        except KeyError:
            raise ValueError(f"{self._name} has no resource type {own}") from None


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _kind(change: PropertyChange) -> protocol.PropertyDiffKind:
    match change:
        case PropertyChange.ADD:
            return protocol.PropertyDiffKind.ADD
        case PropertyChange.DELETE:
            return protocol.PropertyDiffKind.DELETE
        case PropertyChange.UPDATE:
            return protocol.PropertyDiffKind.UPDATE
        case PropertyChange.ADD_REPLACE:
            return protocol.PropertyDiffKind.ADD_REPLACE
        case PropertyChange.DELETE_REPLACE:
            return protocol.PropertyDiffKind.DELETE_REPLACE
        case PropertyChange.UPDATE_REPLACE:
            return protocol.PropertyDiffKind.UPDATE_REPLACE
    assert_never(change)
