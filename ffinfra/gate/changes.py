"""A preview as a list of typed changes, in an order that does not depend on the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ffinfra.gate.digest import KNOWN_DIFFERENCES, SECRET_MARK, UNKNOWN_VALUE, Digest, ResourceState, Step
from ffinfra.gate.fingerprints import leaves
from ffinfra.gate.operations import Operation, operation_of
from ffinfra.gate.urn import is_provider, is_stack, name_of, type_of

GATE_RECORD_TYPE = "freifunk:index:GateRecord"
"""The resource that notes which approval was used; the gate itself moves it."""


class Hidden(Enum):
    """A value that a preview does not show."""

    ABSENT = "absent"
    SECRET = "secret"
    UNKNOWN = "known after the update"


PropertyValue = str | int | float | bool | None | Hidden
"""A leaf of a resource's inputs; empty containers are the texts ``{}`` and ``[]``."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One leaf of the inputs that differs."""

    path: str
    old: PropertyValue
    new: PropertyValue


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the engine.

    Attributes:
        operation: what is done.
        urn: the resource.
        custom: whether a provider stands behind it (components only group).
        properties: the leaves of its inputs that differ, by path.
        replaced_because: the properties that force a replacement.
        differs: the paths that the provider says differ, secrets too, which ``properties`` cannot tell apart.
        protected_before: whether the state protects it from deletion.
        protected_after: whether the program does.
        ignored_before: the properties whose changes the state ignores.
        ignored_after: the properties whose changes the program now ignores.
        kept_before: whether the state says that its deletion leaves the real thing in place.
        kept_on_delete: whether deleting it here leaves the real thing in place.
        hooked: whether the gate's hooks are on it.
        provider_before: the URN of the provider that the state names; empty for a component.
        provider_after: the one that the program names; a default provider's name holds its version.
    """

    operation: Operation
    urn: str
    custom: bool = True
    properties: tuple[PropertyChange, ...] = ()
    replaced_because: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    protected_before: bool = False
    protected_after: bool = False
    ignored_before: tuple[str, ...] = ()
    ignored_after: tuple[str, ...] = ()
    kept_before: bool = False
    kept_on_delete: bool = False
    hooked: bool = False
    provider_before: str = ""
    provider_after: str = ""
    old_inputs: Mapping[str, Any] | None = None
    new_inputs: Mapping[str, Any] | None = None

    @property
    def type(self) -> str:
        """The resource's type."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's name."""
        return name_of(self.urn)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A whole preview.

    Attributes:
        changes: all steps but those of the root, the gate itself and providers, by URN and operation.
        incomplete: why steps may be missing; nothing incomplete can be approved.
        unreadable: what could not be understood, such as operations that are not known.
        providers: the steps of explicit providers; the engine shows none of default ones.
    """

    changes: tuple[Change, ...]
    incomplete: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    providers: tuple[Change, ...] = ()

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.operation.changes_something)


def changes_of(digest: Digest) -> ChangeSet:
    """The typed changes of a digest."""
    changes: list[Change] = []
    providers: list[Change] = []
    unreadable: list[str] = []
    for step in digest.steps or ():
        operation = operation_of(step.op)
        unreadable += _odd_differences(step)
        if operation is None:
            unreadable.append(f"operation {step.op!r} on {step.urn}")
        elif is_provider(step.urn):
            providers.append(_change(operation, step))
        elif not (is_stack(step.urn) or type_of(step.urn) == GATE_RECORD_TYPE):
            changes.append(_change(operation, step))
    unreadable += [f"count of operation {word!r}" for word in digest.change_summary if not operation_of(word)]
    return ChangeSet(
        changes=_ordered(changes),
        providers=_ordered(providers),
        incomplete=tuple(_incomplete(digest)),
        unreadable=tuple(sorted(unreadable)),
    )


def _ordered(changes: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (change.urn, change.operation.value)))


def _incomplete(digest: Digest) -> Iterator[str]:
    if digest.maybe_corrupt:
        yield "the engine says that its digest may be corrupt"
    for diagnostic in digest.errors:
        yield diagnostic.message.strip().removeprefix("error: ")


def _odd_differences(step: Step) -> Iterator[str]:
    for path, difference in sorted((step.detailed_difference or {}).items()):
        if difference.kind not in KNOWN_DIFFERENCES:
            yield f"difference {difference.kind!r} of {path} on {step.urn}"


def _change(operation: Operation, step: Step) -> Change:
    old, new = step.old_state, step.new_state
    present = new or old
    return Change(
        operation=operation,
        urn=step.urn,
        custom=present.custom if present else True,
        properties=property_changes(old.inputs if old else {}, new.inputs if new else {}),
        replaced_because=tuple(sorted(step.replace_reasons)),
        differs=tuple(sorted(step.detailed_difference or ())),
        protected_before=bool(old and old.protect),
        protected_after=bool(new and new.protect),
        ignored_before=tuple(sorted(old.ignore_changes)) if old else (),
        ignored_after=tuple(sorted(new.ignore_changes)) if new else (),
        kept_before=bool(old and old.retain_on_delete),
        kept_on_delete=bool(present and present.retain_on_delete),
        hooked=bool(present and _has_gate_hooks(present)),
        provider_before=_provider(old),
        provider_after=_provider(new),
        old_inputs=old.inputs if old else None,
        new_inputs=new.inputs if new else None,
    )


def _provider(state: ResourceState | None) -> str:
    """The URN in a reference, which is ``URN::identifier``."""
    return (state.provider or "").rpartition("::")[0] if state else ""


def _has_gate_hooks(state: ResourceState) -> bool:
    hooks = state.resource_hooks
    return all(hooks.get(moment) for moment in ("BeforeCreate", "BeforeUpdate", "BeforeDelete"))


def property_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """The leaves that differ between two sets of inputs, by path."""
    if old == new:
        return ()
    before = {path: _leaf(value) for path, value in leaves(old)}
    after = {path: _leaf(value) for path, value in leaves(new)}
    return tuple(
        PropertyChange(path, before.get(path, Hidden.ABSENT), after.get(path, Hidden.ABSENT))
        for path in sorted(before.keys() | after.keys())
        if before.get(path, Hidden.ABSENT) != after.get(path, Hidden.ABSENT)
    )


def _leaf(value: Any) -> PropertyValue:  # noqa: ANN401 - a leaf of JSON
    if value == SECRET_MARK:
        return Hidden.SECRET
    if value == UNKNOWN_VALUE:
        return Hidden.UNKNOWN
    if value in ({}, []):
        return "{}" if isinstance(value, dict) else "[]"
    assert value is None or isinstance(value, str | int | float | bool)
    return value
