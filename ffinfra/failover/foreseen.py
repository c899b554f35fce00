"""What is left of a change once an earlier part of it is done, told before that part was performed.

A stage of a switch is planned from the state that stands now, together with the stages before it: a preview knows
no other state. What the stages before do by themselves is taken off. What cannot be told for certain that way is
refused, and an apply compares its own fresh plan with what was foreseen in any case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.fingerprints import normal
from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import all_property_changes
from ffinfra.gate.record import ApprovedStep
from ffinfra.problems import OperationalError
from ffinfra.urn import name_of

Deed = TypeVar("Deed", Change, ApprovedStep)

_SURE = frozenset({Operation.CREATE, Operation.UPDATE, Operation.DELETE})


def changes_after(whole: ChangeSet, before: ChangeSet) -> ChangeSet:
    """The typed changes that are left of a whole change once an earlier part is done.

    Raises:
        OperationalError: that cannot be told.
    """
    done = _by_urn(before.effective)
    left = [
        one if one.urn not in done else _left_of(one, done[one.urn])
        for one in whole.changes
        if not _gone(one, done)
    ]
    _refuse_undone(done, whole.effective)
    made = {one.urn for one in before.providers if one.operation.changes_something}
    providers = tuple(one for one in whole.providers if one.urn not in made)
    return replace(whole, changes=tuple(left), providers=providers)


def steps_after(whole: Iterable[ApprovedStep], before: Iterable[ApprovedStep]) -> tuple[ApprovedStep, ...]:
    """The steps that are left of a whole change once an earlier part is done.

    Raises:
        OperationalError: that cannot be told.
    """
    whole = tuple(whole)
    done = _by_urn(before)
    _refuse_undone(done, whole)
    return tuple(
        one
        for one in whole
        if one.urn not in done or not _is_done(one, done[one.urn], same=one.inputs == done[one.urn].inputs)
    )


def _by_urn(deeds: Iterable[Deed]) -> dict[str, Deed]:
    found: dict[str, Deed] = {}
    for one in deeds:
        if one.operation not in _SURE or one.urn in found:
            raise _unforeseeable(one.urn)
        found[one.urn] = one
    return found


def _gone(change: Change, done: dict[str, Change]) -> bool:
    first = done.get(change.urn)
    return first is not None and first.operation is change.operation is Operation.DELETE


def _left_of(change: Change, first: Change) -> Change:
    """A resource that the earlier part touched: it stands as that part leaves it."""
    same = normal(change.new_inputs) == normal(first.new_inputs)
    operation = Operation.SAME if _is_done(change, first, same=same) else Operation.UPDATE
    old, new = first.new_inputs or {}, change.new_inputs or {}
    return replace(
        change,
        operation=operation,
        properties=all_property_changes(old, new, ()),
        differs=(),
        parent_before=change.parent_after,
        protected_before=change.protected_after,
        ignored_before=change.ignored_after,
        kept_before=change.kept_on_delete,
        provider_before=change.provider_after,
        old_inputs=first.new_inputs,
    )


def _is_done(one: Deed, first: Deed, *, same: bool) -> bool:
    """Whether the earlier part does all of it; ``same``: it leads to the same inputs.

    Raises:
        OperationalError: it does something else to the same resource, and what that leaves to do cannot be told.
    """
    if one.operation is not first.operation:
        raise _unforeseeable(one.urn)
    if one.operation is Operation.DELETE or same:
        return True
    if one.operation is not Operation.UPDATE:
        raise _unforeseeable(one.urn)
    return False


def _refuse_undone(done: dict[str, Deed], whole: Iterable[Deed]) -> None:
    undone = sorted(done.keys() - {one.urn for one in whole})
    if undone:
        raise _unforeseeable(undone[0])


def _unforeseeable(urn: str) -> OperationalError:
    return OperationalError(
        f"what a later stage does to {name_of(urn)} cannot be told before the stage before it is done",
        "Take the stages by ffinfra failover --approve, which signs each when it is due",
    )
