"""A Pulumi provider as a table of resource types, each with five verbs on plain values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from ffinfra.provider.properties import Properties, from_engine, to_engine
from ffinfra.provider.resource_type import (
    Difference,
    Existing,
    Function,
    PartiallyCreatedError,
    PropertyChange,
    Refusal,
    ResourceType,
    Settings,
)
from ffinfra.provider.serving import serve
from ffinfra.urn import name_of, type_of

__all__ = [
    "Difference",
    "Existing",
    "Function",
    "PartiallyCreatedError",
    "Plugin",
    "PropertyChange",
    "Refusal",
    "ResourceType",
    "Settings",
]


class Plugin(protocol.Provider):
    """The engine's view of a table of resource types and functions."""

    def __init__(
        self,
        name: str,
        version: str,
        types: Sequence[ResourceType],
        *,
        later: Mapping[str, Callable[[], ResourceType]] | None = None,
        functions: Sequence[Function] = (),
        settings: Settings | None = None,
    ) -> None:
        """Put the table together.

        Args:
            name: the package's name.
            version: the plugin's version.
            types: resource types.
            later: token -> what makes a resource type whose module is imported only when it is needed.
            functions: functions.
            settings: the provider's arguments.
        """
        self._name = name
        self._version = version
        self._types = {resource_type.token: resource_type for resource_type in types}
        self._later = dict(later or {})
        self._functions = {function.token: function for function in functions}
        self._settings = settings or Settings()

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The engine wants a schema only for YAML programs; name and version are enough for ours."""
        del request
        return protocol.GetSchemaResponse(f'{{"name": "{self._name}", "version": "{self._version}"}}')

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse bad provider arguments."""
        refusals = await asyncio.to_thread(self._settings.check, from_engine(request.new_inputs))
        return protocol.CheckResponse(inputs=request.new_inputs, failures=_failures(refusals))

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Other arguments never replace resources."""
        old, new = from_engine(request.old_state).values, from_engine(request.new_inputs).values
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return protocol.DiffResponse(changes=bool(changed), diffs=changed)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Hand the arguments on; output values are not wanted: the SDK cannot read unknown ones (3.259)."""
        await asyncio.to_thread(self._settings.apply, from_engine(request.args))
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Answer a function call."""
        function = self._functions.get(request.tok)
        if function is None:
            raise ValueError(f"{self._name} has no function {request.tok}")
        answer = await asyncio.to_thread(function.call, from_engine(request.args))
        if isinstance(answer, Properties):
            return protocol.InvokeResponse(to_engine(answer))
        return protocol.InvokeResponse(failures=_failures(answer))

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Fill in defaults and refuse bad inputs; what is as it came keeps its inner secrets."""
        resource_type = self._type(request.urn)
        given = from_engine(request.new_inputs)
        filled = await asyncio.to_thread(
            resource_type.fill_in,
            name_of(request.urn),
            given,
            from_engine(request.old_inputs),
            request.random_seed,
        )
        refusals = await asyncio.to_thread(resource_type.check, filled)
        inputs = to_engine(filled)
        inputs.update(
            (key, value)
            for key, value in request.new_inputs.items()
            if key in filled.values and filled.values[key] == given.values[key]
        )
        return protocol.CheckResponse(inputs=inputs, failures=_failures(refusals))

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare state and inputs, leaving out what the program ignores."""
        difference = await asyncio.to_thread(
            self._type(request.urn).diff, from_engine(request.old_state), from_engine(request.new_inputs)
        )
        ignored = {_top(path) for path in request.ignore_changes}
        changes = {
            path: kind
            for path, kind in difference.changes.items()
            if _top(path) not in ignored and "*" not in ignored
        }
        return protocol.DiffResponse(
            changes=bool(changes),
            replaces=sorted({_top(path) for path, kind in changes.items() if kind.replaces}),
            diffs=sorted({_top(path) for path in changes}),
            detailed_diff={path: protocol.PropertyDiff(_kind(kind), True) for path, kind in changes.items()},
            delete_before_replace=difference.delete_before_replace,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make the resource."""
        resource_id, outputs = await asyncio.to_thread(
            lambda: self._type(request.urn).create(
                name_of(request.urn), from_engine(request.properties), preview=request.preview
            )
        )
        return protocol.CreateResponse(resource_id, to_engine(outputs))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Look at the resource; an empty id tells the engine that it is gone."""
        found = await asyncio.to_thread(
            self._type(request.urn).read,
            request.resource_id,
            from_engine(request.properties),
            from_engine(request.inputs),
        )
        if found is None:
            return protocol.ReadResponse("", {}, {})
        return protocol.ReadResponse(found.id, to_engine(found.outputs), to_engine(found.inputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change the resource in place; ignored properties keep what the state says."""
        outputs = await asyncio.to_thread(
            lambda: self._type(request.urn).update(
                request.resource_id,
                from_engine(request.olds),
                from_engine(_ignoring(request.ignore_changes, request.olds, request.news)),
                preview=request.preview,
            )
        )
        return protocol.UpdateResponse(to_engine(outputs))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Remove the resource."""
        await asyncio.to_thread(
            self._type(request.urn).delete, request.resource_id, from_engine(request.properties)
        )

    async def cancel(self) -> None:
        """Pass a person's Ctrl-C on."""
        self._settings.cancel()

    def serve(self) -> None:
        """Run as the engine's child until it ends us."""
        serve(self, self._name, self._version)

    def _type(self, urn: str) -> ResourceType:
        """Look up a type; by the URN, which the SDK (3.259) cuts where a name holds two colons (an IPv6 address)."""
        own = type_of(urn)
        if own not in self._types and own in self._later:
            self._types[own] = self._later[own]()
        try:
            return self._types[own]
        except KeyError:
            raise ValueError(f"{self._name} has no resource type {own}") from None


def _failures(refusals: Sequence[Refusal]) -> list[protocol.CheckFailure]:
    return [protocol.CheckFailure(refusal.property, refusal.reason) for refusal in refusals]


def _ignoring(
    ignored: Sequence[str], state: dict[str, PropertyValue], inputs: dict[str, PropertyValue]
) -> dict[str, PropertyValue]:
    kept = {_top(path) for path in ignored} & state.keys()
    return inputs | {key: state[key] for key in kept}


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
