"""One preview through the gate: what would change, what the rules say, and what an approval would bind."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ffinfra.gate.approvals import ApprovalStore
from ffinfra.gate.bindings import PresentSwitch, gate_key, gather, gather_switch
from ffinfra.gate.changes import ChangeSet, changes_of
from ffinfra.gate.context import GateContext
from ffinfra.gate.digest import Digest, parse_digest
from ffinfra.gate.engine import Engine, Preview
from ffinfra.gate.findings import Verdict
from ffinfra.gate.fingerprints import GateKey
from ffinfra.gate.overrides import open_overrides
from ffinfra.gate.own_rules import load_own_rules
from ffinfra.gate.plan import planned_steps
from ffinfra.gate.preflight.live import ask_providers
from ffinfra.gate.preview_events import with_events
from ffinfra.gate.reading_earlier import earlier_declarations
from ffinfra.gate.record import ApprovedStep, Bindings
from ffinfra.gate.rules import evaluate, waivable_rules
from ffinfra.gate.state import StackState, state_of
from ffinfra.gate.tokens import token_shapes
from ffinfra.gate.usable import Situation
from ffinfra.gate.versions import versions
from ffinfra.gate.waivers import read_waivers
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.stack import StackInput, read_stack


@dataclass(frozen=True, slots=True)
class GatePreview:
    """A preview and all that the gate knows of it.

    Attributes:
        stack: the stack's input.
        digest: what the engine printed, parsed.
        changes: the typed changes.
        context: what the rules looked at.
        verdict: what they said.
        state: the stack's state before.
        bindings: what an approval would bind.
        key: of the fingerprints.
        steps: what an approval would allow; None when the preview failed.
        talk: what the engine said on stderr, for a person in trouble.
        switch: what an approval of a switch to the mode that was set would bind.
    """

    stack: StackInput
    digest: Digest
    changes: ChangeSet
    context: GateContext
    verdict: Verdict
    state: StackState
    bindings: Bindings
    key: GateKey
    steps: tuple[ApprovedStep, ...] | None
    talk: str = field(repr=False)
    switch: PresentSwitch | None = None

    @property
    def approval_needed(self) -> bool:
        """Whether there is anything to approve."""
        return bool(self.steps) or self.steps is None


@dataclass(frozen=True, slots=True)
class Present:
    """A stack as it stands.

    Attributes:
        stack: its input.
        state: its state.
        bindings: what an approval would bind of it.
        key: of its fingerprints.
        switch: what an approval of a switch to the mode that is set would bind.
    """

    stack: StackInput
    state: StackState
    bindings: Bindings
    key: GateKey
    switch: PresentSwitch | None


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one stack of one project.

    Attributes:
        project: the project's folder.
        stack: the stack's name.
        environment: in which the engine runs.
    """

    project: Path
    stack: str
    environment: Mapping[str, str]

    @property
    def engine(self) -> Engine:
        """The engine of this stack."""
        return Engine(self.project, self.stack, self.environment)

    @property
    def store(self) -> ApprovalStore:
        """The stack's approvals."""
        return ApprovalStore(self.project / "approvals" / self.stack)

    def situation(self, configuration: Mapping[str, Any] | None = None) -> Present:
        """The stack's input, state and bindings as they are now.

        Args:
            configuration: taken instead of the one that is set, which stays as it is.

        Raises:
            InvalidInputError: configuration or declarations have mistakes.
            OperationalError: the engine or the state's backend does not answer.
        """
        engine = self.engine
        with ThreadPoolExecutor(max_workers=3) as pool:
            asked = [pool.submit(ask) for ask in (engine.export, engine.version)]
            if configuration is None:
                configuration = engine.configuration()
            export, version = (one.result() for one in asked)
        stack = read_stack(self.project, self.stack, configuration)
        key = gate_key(configuration, self.stack)
        state = state_of(export, key)
        here = versions(version, self.environment)
        bindings = gather(self.project, configuration, state, stack.kind, here, key)
        switch = gather_switch(self.project, configuration, stack, bindings, key)
        return Present(stack, state, bindings, key, switch)

    def preview(
        self,
        *,
        approval: str | None = None,
        refresh: bool = False,
        live: bool = False,
        now: datetime | None = None,
    ) -> GatePreview:
        """Preview and judge.

        Args:
            approval: the approval that the program is to use, when it is about to be applied.
            refresh: ask the APIs how things really are first.
            live: ask the providers what they hold and offer.
            now: the time of the judgement.

        Raises:
            InvalidInputError: configuration or declarations have mistakes.
            OperationalError: the engine does not run, or gave no digest.
        """
        present = self.situation()
        raw = self.engine.preview(approval=approval, refresh=refresh)
        digest = _digest(raw, self.stack)
        changes = preview_changes(raw, digest)
        moment = now or datetime.now(UTC)
        context = self.context(present.stack, changes, moment, present.state.last_approval)
        if live:
            context = ask_providers(context, self.environment)
        return GatePreview(
            present.stack,
            digest,
            changes,
            context,
            evaluate(context),
            present.state,
            present.bindings,
            present.key,
            _steps(raw, changes, present),
            raw.talk,
            present.switch,
        )

    def context(
        self, stack: StackInput, changes: ChangeSet, now: datetime, last_approval: str | None
    ) -> GateContext:
        """What the rules look at: the changes, the declarations, and the project's waivers and own rules.

        Raises:
            InvalidInputError: waivers.yaml has mistakes.
        """
        own = load_own_rules(self.project)
        return GateContext(
            changes=changes,
            now=now,
            declarations=stack.declarations,
            kind=stack.kind,
            mode=stack.mode,
            trust=stack.trust,
            tokens=token_shapes(stack, self.environment),
            waivers=read_waivers(self.project),
            waivable=waivable_rules(own.rules),
            own_rules=own.rules,
            own_rules_broken=own.broken,
            overrides=open_overrides(self.store.all(), last_approval),
            earlier=earlier_declarations(self.project, self.stack, stack.kind, last_approval),
        )


def judged_at(gate: Gate, seen: Present | GatePreview, now: datetime) -> Situation:
    """What approvals are judged by, as the stack was seen."""
    return Situation(
        gate.project, gate.stack, seen.bindings, seen.state, now, gate.environment, seen.key, seen.switch
    )


def preview_changes(raw: Preview, digest: Digest) -> ChangeSet:
    """The changes of a preview that the engine took as we asked it to, with what its event log tells."""
    changes = changes_of(digest, unlimited=True)
    return with_events(changes, raw.events)


def _steps(raw: Preview, changes: ChangeSet, present: Present) -> tuple[ApprovedStep, ...] | None:
    """What an approval would allow; None where the preview failed and left no plan."""
    if raw.plan is None:
        return None
    planned = planned_steps(raw.plan, changes, present.state.inputs)
    return tuple(step.bound(present.key) for step in planned)


def _digest(raw: Preview, stack: str) -> Digest:
    try:
        return parse_digest(raw.digest, f"preview of {stack}")
    except InvalidInputError as error:
        lines = [line for line in (raw.talk or raw.digest).splitlines() if line.strip()]
        raise OperationalError(
            f"the preview of {stack} failed before it began: {' / '.join(lines[-3:]) or error}",
            "Run pulumi preview in the project for the whole message",
        ) from error
