"""A preview as a list of typed changes, in an order that does not depend on the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from ffinfra.gate.digest import KNOWN_DIFFERENCES, Digest, PropertyDifference, ResourceState, Step
from ffinfra.gate.fingerprints import canonical_json
from ffinfra.gate.limits import signs_of_limits
from ffinfra.gate.operations import Operation, operation_of
from ffinfra.gate.policy_violation import PolicyViolation
from ffinfra.gate.property_changes import PropertyChange, PropertyValue, all_property_changes
from ffinfra.urn import is_provider, name_of, type_of

GATE_RECORD_TYPE = "freifunk:index:GateRecord"
"""The resource that notes which approval was used; the gate itself moves it."""
_NOT_JUDGED = frozenset({GATE_RECORD_TYPE, "pulumi:pulumi:Stack"})
"""The gate's own resource and the root of the stack."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the engine.

    Attributes:
        operation: what is done.
        urn: the resource.
        custom: whether a provider stands behind it (components only group).
        properties: the leaves of its inputs that differ, by path, and what else the provider says differs.
        replaced_because: the properties that force a replacement.
        differs: the paths that the provider says differ, secrets too, whose values are masked on both sides.
        parent_before: the URN of the resource that the state groups it under; empty for none.
        parent_after: the one that the program does.
        protected_before: whether the state protects it from deletion.
        protected_after: whether the program does.
        ignored_before: the properties whose changes the state ignores.
        ignored_after: the properties whose changes the program now ignores.
        kept_before: whether the state says that its deletion leaves the real thing in place.
        kept_on_delete: whether deleting it here leaves the real thing in place.
        hooked: whether the gate's hooks are on it.
        provider_before: the URN of the provider that the state names; empty for a component.
        provider_after: the one that the program names; a default provider's name holds its version.
        looked_up_before: the identifier of what the state only looks up; empty for what is managed.
        looked_up_after: that of what the program does.
    """

    operation: Operation
    urn: str
    custom: bool = True
    properties: tuple[PropertyChange, ...] = ()
    replaced_because: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    parent_before: str = ""
    parent_after: str = ""
    protected_before: bool = False
    protected_after: bool = False
    ignored_before: tuple[str, ...] = ()
    ignored_after: tuple[str, ...] = ()
    kept_before: bool = False
    kept_on_delete: bool = False
    hooked: bool = False
    provider_before: str = ""
    provider_after: str = ""
    looked_up_before: str = ""
    looked_up_after: str = ""
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

    @property
    def parent(self) -> str:
        """The URN of the resource that it is grouped under; empty for none."""
        return self.parent_before if self.new_inputs is None else self.parent_after

    @property
    def protected(self) -> bool:
        """Whether it is protected from deletion; of one that goes, whether it was."""
        return self.protected_before if self.new_inputs is None else self.protected_after

    @property
    def looks_elsewhere(self) -> bool:
        """Whether something is looked up that was not, or no longer, or something else."""
        return self.looked_up_before != self.looked_up_after

    @property
    def options(self) -> tuple[PropertyChange, ...]:
        """What the program says otherwise about a resource that stays, beside its inputs."""
        if self.old_inputs is None or self.new_inputs is None:
            return ()
        pairs: tuple[tuple[str, PropertyValue, PropertyValue], ...] = (
            ("protect", self.protected_before, self.protected_after),
            ("retainOnDelete", self.kept_before, self.kept_on_delete),
            ("ignoreChanges", ", ".join(self.ignored_before), ", ".join(self.ignored_after)),
            ("parent", self.parent_before, self.parent_after),
            ("lookedUp", self.looked_up_before, self.looked_up_after),
        )
        return tuple(PropertyChange(path, old, new) for path, old, new in pairs if old != new)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A whole preview.

    Attributes:
        changes: all steps but those of the root, the gate itself and providers, by URN and operation.
        incomplete: why steps may be missing; nothing incomplete can be approved.
        unreadable: what could not be understood, such as operations that are not known.
        providers: the steps of providers; those of default ones are in the event log alone.
        limits: signs that the preview was asked for with limits; unlimited, it would show more or pass less.
        policies: what policy packs say, of the event log.
        effective: the changes that do something; nearly every rule asks for them.
    """

    changes: tuple[Change, ...]
    incomplete: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    providers: tuple[Change, ...] = ()
    limits: tuple[str, ...] = ()
    policies: tuple[PolicyViolation, ...] = ()
    effective: tuple[Change, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        does = tuple(change for change in self.changes if change.operation.changes_something)
        object.__setattr__(self, "effective", does)

    @property
    def told(self) -> tuple[Change, ...]:
        """What a person must see: what does something, steps of providers, what gets other options, other lookups."""
        providers = (one for one in self.providers if one.operation.changes_something)
        shown = (
            one
            for one in self.changes
            if one.operation.changes_something or one.options or one.looks_elsewhere
        )
        return (*shown, *providers)


def changes_of(digest: Digest, *, unlimited: bool = False) -> ChangeSet:
    """The typed changes of a digest.

    Args:
        digest: of the preview.
        unlimited: whether it is known that the preview was asked for without limits, so that no sign is looked for.
    """
    changes: list[Change] = []
    providers: list[Change] = []
    unreadable: list[str] = []
    for step in digest.steps or ():
        operation = operation_of(step.op)
        if step.detailed_difference:
            unreadable += _odd_differences(step.urn, step.detailed_difference)
        if operation is None:
            unreadable.append(f"operation {step.op!r} on {step.urn}")
        elif is_provider(step.urn):
            providers.append(_change(operation, step))
        elif type_of(step.urn) not in _NOT_JUDGED:
            changes.append(_change(operation, step))
    unreadable += [f"count of operation {word!r}" for word in digest.change_summary if not operation_of(word)]
    return ChangeSet(
        changes=_ordered(changes),
        providers=_ordered(providers),
        incomplete=tuple(_incomplete(digest)),
        unreadable=tuple(sorted(unreadable)),
        limits=() if unlimited else tuple(signs_of_limits(digest)),
    )


def _ordered(changes: list[Change]) -> tuple[Change, ...]:
    """By URN and operation; two lives of one resource may be dealt with alike, and then their contents decide."""
    ordered = sorted(changes, key=_place)
    if all(_place(one) != _place(other) for one, other in pairwise(ordered)):
        return tuple(ordered)
    return tuple(sorted(ordered, key=lambda change: (*_place(change), _whole(change))))


def _place(change: Change) -> tuple[str, str]:
    return change.urn, change.operation.value


def _whole(change: Change) -> str:
    """All that is known of a change, as one text."""
    inputs = [change.old_inputs, change.new_inputs]
    return canonical_json(inputs) + repr(replace(change, old_inputs=None, new_inputs=None))


def _incomplete(digest: Digest) -> Iterator[str]:
    if digest.maybe_corrupt:
        yield "the engine says that its digest may be corrupt"
    for diagnostic in digest.errors:
        yield diagnostic.message.strip().removeprefix("error: ")


def _odd_differences(urn: str, found: Mapping[str, PropertyDifference]) -> Iterator[str]:
    for path, difference in sorted(found.items()):
        if difference.kind not in KNOWN_DIFFERENCES:
            yield f"difference {difference.kind!r} of {path} on {urn}"


def _change(operation: Operation, step: Step) -> Change:
    old, new = step.old_state, step.new_state
    present = new or old
    differs = tuple(sorted(step.detailed_difference)) if step.detailed_difference else ()
    return Change(
        operation=operation,
        urn=step.urn,
        custom=present.custom if present else True,
        properties=all_property_changes(old.inputs if old else {}, new.inputs if new else {}, differs),
        replaced_because=tuple(sorted(step.replace_reasons)) if step.replace_reasons else (),
        differs=differs,
        parent_before=(old.parent or "") if old else "",
        parent_after=(new.parent or "") if new else "",
        protected_before=bool(old and old.protect),
        protected_after=bool(new and new.protect),
        ignored_before=_ignored(old),
        ignored_after=_ignored(new),
        kept_before=bool(old and old.retain_on_delete),
        kept_on_delete=bool(present and present.retain_on_delete),
        hooked=bool(present and _has_gate_hooks(present)),
        provider_before=_provider(old.provider) if old else "",
        provider_after=_provider(new.provider) if new else "",
        looked_up_before=_looked_up(old),
        looked_up_after=_looked_up(new),
        old_inputs=old.inputs if old else None,
        new_inputs=new.inputs if new else None,
    )


@cache
def _provider(reference: str | None) -> str:
    """The URN in a reference, which is ``URN::identifier``."""
    return (reference or "").rpartition("::")[0]


def _ignored(state: ResourceState | None) -> tuple[str, ...]:
    return tuple(sorted(state.ignore_changes)) if state is not None and state.ignore_changes else ()


def _looked_up(state: ResourceState | None) -> str:
    return (state.id or "") if state is not None and state.external else ""


def _has_gate_hooks(state: ResourceState) -> bool:
    hooks = state.resource_hooks
    return bool(hooks.get("BeforeCreate") and hooks.get("BeforeUpdate") and hooks.get("BeforeDelete"))
