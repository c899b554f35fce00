"""The gate inside the program: no update without an approval, no step that was not approved.

A bare ``pulumi up`` runs this as well as ``ffinfra apply`` does. In the update phase the approval is verified
before any resource is declared; then hooks on every resource compare each operation with the approved list
before it happens. So ``--replace``, ``--config-file`` and the deletion of a resource that left the program
are refused, and ``destroy`` fails because delete hooks need the program. What is not covered stands in
docs/SECURITY.md.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi

from ffinfra.gate.approvals import Outcome
from ffinfra.gate.bindings import gate_key, gather, gather_switch
from ffinfra.gate.changes import GATE_RECORD_TYPE
from ffinfra.gate.engine import Engine
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.operations import Operation
from ffinfra.gate.permission import PlannedStep, permits
from ffinfra.gate.progress import steps_permitted
from ffinfra.gate.record import ApprovalRecord, ApprovedStep
from ffinfra.gate.state import state_of
from ffinfra.gate.usable import Situation, usable_approval
from ffinfra.gate.verification import Verified
from ffinfra.gate.versions import versions
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.stack import read_stack
from ffinfra.stack_kind import StackKind

APPROVAL_VARIABLE = "FFINFRA_APPROVAL"
"""Names the approval to use; ``ffinfra apply`` sets it for plan and update."""

_CREATING = frozenset({Operation.CREATE, Operation.CREATE_REPLACEMENT, Operation.IMPORT})
_UPDATING = frozenset({Operation.UPDATE})
_DELETING = frozenset({Operation.DELETE, Operation.DELETE_REPLACED})


class GateRecord(pulumi.CustomResource):
    """Notes in the state which approval was used last; made by the local provider."""

    approval: pulumi.Output[str]

    def __init__(self, approval: str | None) -> None:
        """Declare it; without an approval it stays as it is."""
        super().__init__(
            GATE_RECORD_TYPE,
            "gate",
            {"approval": approval or "none"},
            pulumi.ResourceOptions(ignore_changes=None if approval else ["approval"]),
        )


@dataclass(slots=True)
class _Permit:
    """What may be done in this update."""

    record: ApprovalRecord
    steps: tuple[ApprovedStep, ...]
    """Of a broken-off run those that are left: what it has done is not done again."""
    key: GateKey
    resumed: bool
    noted: asyncio.Future[str] | None = None
    """Done once the state names the approval; nothing else happens before."""


def install(project: Path, kind: StackKind, configuration: Mapping[str, Any]) -> None:
    """Put the gate before every resource of this program; call it before any is declared.

    Raises:
        pulumi.RunError: this is an update and there is no approval for it.
    """
    permit = None if pulumi.runtime.is_dry_run() else _permit(project, kind, configuration)
    approval = permit.record.identifier if permit else os.environ.get(APPROVAL_VARIABLE)
    hooks = _hooks(permit)

    def attach(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if not args.custom or args.type_.startswith("pulumi:"):
            return None
        args.opts.hooks = pulumi.ResourceHookBinding.merge(args.opts.hooks, hooks)
        return pulumi.ResourceTransformResult(args.props, args.opts)

    pulumi.runtime.register_resource_transform(attach)
    record = GateRecord(approval)
    if permit is not None:
        permit.noted = asyncio.ensure_future(_noted(record))


async def _noted(record: GateRecord) -> str:
    """The approval that the state names, once it does."""
    return str(await record.approval.future())


def _permit(project: Path, kind: StackKind, configuration: Mapping[str, Any]) -> _Permit:
    stack = pulumi.get_stack()
    try:
        engine = Engine(project, stack, os.environ)
        key = gate_key(configuration, stack)
        with ThreadPoolExecutor(max_workers=1) as pool:
            version = pool.submit(engine.version)
            state = state_of(engine.export(), key)
        present = gather(project, configuration, state, kind, versions(version.result(), os.environ), key)
        switch = None
        if kind is StackKind.FAILOVER:
            read = read_stack(project, stack, configuration)
            switch = gather_switch(project, configuration, read, present, key)
        situation = Situation(project, stack, present, state, datetime.now(UTC), os.environ, key, switch)
        judged = usable_approval(situation, os.environ.get(APPROVAL_VARIABLE))
        if not isinstance(judged, Verified):
            raise pulumi.RunError(
                f"the gate refuses this update of {stack}: {judged.reason}. {judged.way_out}"
            )
        _note_start(situation, judged.record)
    except (InvalidInputError, OperationalError) as error:
        raise pulumi.RunError(f"the gate refuses this update of {stack}: {error}") from error
    record = judged.record
    resumed = state.last_approval == record.identifier
    return _Permit(record, steps_permitted(record, state, key) if resumed else record.steps, key, resumed)


def _note_start(situation: Situation, record: ApprovalRecord) -> None:
    """Leave a note beside the record that it was begun; of a bare ``pulumi up`` nobody notes the end."""
    stored = situation.store.find(record.identifier)
    if stored.outcome is None:
        begun = Outcome(
            approval=record.identifier,
            started=situation.now,
            ended=situation.now,
            complete=False,
            watched=False,
            performed=(),
        )
        situation.store.set_outcome(record, begun)


def _hooks(permit: _Permit | None) -> pulumi.ResourceHookBinding:
    def hook(name: str, operations: frozenset[Operation]) -> pulumi.ResourceHook:
        async def check(args: pulumi.ResourceHookArgs) -> None:
            if permit is None:
                raise RuntimeError("the gate refuses: hooks do not run in a preview")
            await _check(permit, operations, args)

        return pulumi.ResourceHook(name, check)

    return pulumi.ResourceHookBinding(
        before_create=[hook("gate-before-create", _CREATING)],
        before_update=[hook("gate-before-update", _UPDATING)],
        before_delete=[hook("gate-before-delete", _DELETING)],
    )


async def _check(permit: _Permit, operations: frozenset[Operation], args: pulumi.ResourceHookArgs) -> None:
    """Compare one operation with the approved list.

    Raises:
        RuntimeError: it was not approved; the engine then fails the step before anything happens.
    """
    record = permit.record
    if args.type == GATE_RECORD_TYPE:
        wanted = (args.new_inputs or {}).get("approval")
        if operations is _DELETING or wanted != record.identifier:
            raise RuntimeError("the gate's own record may only name the approval in use")
        return
    assert permit.noted is not None
    if await permit.noted != record.identifier:
        raise RuntimeError(
            f"the gate refuses {args.name}: the use of approval {record.identifier[:12]} cannot be noted in the"
            " state. With --target, name the gate's own record too, or leave it out"
        )
    inputs = None if operations is _DELETING else await _plain(dict(args.new_inputs or {}))
    for operation in operations:
        step = PlannedStep(operation, args.urn, inputs)
        if permits(permit.steps, step, permit.key, resumed=permit.resumed):
            return
    verbs = "/".join(sorted(operations))
    raise RuntimeError(
        f"the gate refuses to {verbs} {args.name}: approval {record.identifier[:12]} does not hold this step"
        " with these inputs. Preview and approve anew"
    )


async def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a resource
    """A value without the wrapping of secrets."""
    if isinstance(value, pulumi.Output):
        return await _plain(await value.future(with_unknowns=True))
    if isinstance(value, Mapping):
        return {name: await _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [await _plain(item) for item in value]
    return value
