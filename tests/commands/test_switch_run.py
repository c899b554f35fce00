"""The order of the stages of a switch, at a stack whose engine and APIs are played."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import typer
from rich.console import Console

from ffinfra.commands import switch_run
from ffinfra.commands.switch_run import SwitchRun
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.signed_switch import Standing
from ffinfra.exit_codes import ExitCode
from ffinfra.failover.convergence import Converged, Lookout
from ffinfra.failover.switching import Switch
from ffinfra.gate.approvals import StoredApproval
from ffinfra.gate.findings import Finding, Severity, Verdict
from ffinfra.gate.record import ApprovedStep, BoundSwitch, Override
from ffinfra.gate.refusal import ApprovalRefusedError, Refusal
from ffinfra.gate.verification import Verified
from ffinfra.problems import BlockedError
from ffinfra.stack import Declarations
from tests.dns.delegation.samples import delegations, signed
from tests.gate.signing_people import CREATE, UPDATE, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ffinfra.gate.previewing import GatePreview
    from ffinfra.network.network import Network

AT_REST = Standing(Mode.PRIMARY, Trust.PUBLISHED)


@dataclass
class PlayedSwitch:
    """What a ``Switch`` does, at a stack that is a value; a line of ``seen`` for each thing that happens."""

    target: Mode
    now: Standing
    seen: list[str] = field(default_factory=list)

    def standing(self) -> Standing:
        return self.now

    def drift(self) -> str | None:
        self.seen.append("refresh")
        return "the APIs were not through within 20 s"

    @property
    def file(self) -> Path:
        return Path("/dev/null")

    def restore(self, content: bytes) -> None:
        del content
        self.seen.append("file put back")

    @contextmanager
    def trying(self, now: Standing, wanted: Standing, *, keep: bool) -> Iterator[None]:
        assert now == self.now
        before, self.now = self.now, wanted
        self.seen.append(f"set {wanted.mode} {wanted.trust}")
        kept = False
        try:
            yield
            kept = keep
        finally:
            if not kept:
                self.now = before


class PlayedRun(SwitchRun):
    """A run whose previews always find a change, or which is blocked."""

    blocked = False

    def _tidy_up(self) -> None:
        cast("PlayedSwitch", self.switch).seen.append("tidy up")

    def _approved(self, moved: BoundSwitch | None = None) -> GatePreview | None:
        del moved
        if self.blocked:
            raise typer.Exit(ExitCode.FINDING)
        return cast("GatePreview", object())

    def _performed(self, preview: GatePreview | None) -> bool:
        cast("PlayedSwitch", self.switch).seen.append("apply")
        return preview is not None


class UnapprovedRun(PlayedRun):
    """A run whose change nobody has approved."""

    def _performed(self, preview: GatePreview | None) -> bool:
        assert preview is not None
        raise ApprovalRefusedError(Refusal("there is no approval", "Approve it"))


class BlockedRun(PlayedRun):
    """A run that the gate blocks."""

    blocked = True


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was watched and waited for, in order, instead of time passing."""
    seen: list[str] = []

    def watched(lookout: Lookout, until: float, say: Callable[[str], None], *, grace: float) -> Converged:
        del until, say
        seen.append(f"parent says {lookout.mode} {lookout.trust}")
        return Converged((), 0.0, 1, (f"192.0.2.9 is unheard for {grace} s",))

    def waited(seconds: int, why: str, say: Callable[[str], None]) -> None:
        del say
        seen.append(f"{seconds} s, {why}")

    monkeypatch.setattr(switch_run, "watch", watched)
    monkeypatch.setattr(switch_run, "wait_out", waited)
    return seen


def run_at(
    kind: type[PlayedRun], declared: Delegations, now: Standing, target: Mode
) -> tuple[PlayedRun, PlayedSwitch, StringIO]:
    switch, text = PlayedSwitch(target, now), StringIO()
    declarations = Declarations(cast("Network", None), declared, ())
    lookout = Lookout(declarations, target, (), (), 53, frozenset())
    run = kind(cast("Switch", switch), lookout, Console(file=text, width=200), None, sign=False)
    return run, switch, text


def test_an_unsigned_zone_is_switched_at_once(waits: list[str]) -> None:
    run, switch, text = run_at(PlayedRun, delegations(), AT_REST, Mode.FALLBACK)
    assert run.take_stages()
    assert (switch.seen, waits) == (["tidy up", "refresh", "set fallback published", "apply"], [])
    assert "careful: the APIs were not through within 20 s" in text.getvalue()


@pytest.mark.parametrize("before", [Mode.PRIMARY, Mode.FALLBACK])
def test_mixed_is_a_target_of_an_unsigned_zone_from_either_side(waits: list[str], before: Mode) -> None:
    run, switch, text = run_at(PlayedRun, delegations(), replace(AT_REST, mode=before), Mode.MIXED)
    assert run.take_stages()
    assert (switch.seen, waits) == (["tidy up", "refresh", "set mixed published", "apply"], [])
    assert switch.now == replace(AT_REST, mode=Mode.MIXED)
    assert f"mode {before} -> mixed\n" in text.getvalue()


def test_mixed_is_a_target_of_a_signed_zone_only_without_its_ds(waits: list[str]) -> None:
    run, switch, _ = run_at(PlayedRun, delegations(signed()), AT_REST, Mode.MIXED)
    assert run.take_stages()
    assert switch.seen == [
        "tidy up",
        "refresh",
        "set primary withdrawn",
        "apply",
        "set mixed withdrawn",
        "apply",
    ]
    assert waits == ["parent says primary withdrawn", "300 s, no cache may hold a DS or a key any more"]
    assert switch.now == Standing(Mode.MIXED, Trust.WITHDRAWN)


def test_the_ds_goes_first_and_is_waited_for(waits: list[str]) -> None:
    run, switch, text = run_at(PlayedRun, delegations(signed()), AT_REST, Mode.FALLBACK)
    assert run.take_stages()
    assert "passed over after 300 s: 192.0.2.9 is unheard for 300 s\n300 s until: " in text.getvalue()
    assert switch.seen == [
        "tidy up",
        "refresh",
        "set primary withdrawn",
        "apply",
        "set fallback withdrawn",
        "apply",
    ]
    assert waits == ["parent says primary withdrawn", "300 s, no cache may hold a DS or a key any more"]
    assert switch.now == Standing(Mode.FALLBACK, Trust.WITHDRAWN)


def test_back_the_ds_comes_last(waits: list[str]) -> None:
    there = replace(AT_REST, mode=Mode.FALLBACK, trust=Trust.WITHDRAWN)
    run, switch, _ = run_at(PlayedRun, delegations(signed()), there, Mode.PRIMARY)
    assert run.take_stages()
    assert switch.seen == [
        "tidy up",
        "refresh",
        "set primary withdrawn",
        "apply",
        "set primary published",
        "apply",
    ]
    assert waits == ["parent says primary withdrawn", "300 s, no cache may hold unsigned answers any more"]
    assert switch.now == AT_REST


def test_a_way_that_was_begun_is_finished_before_the_wait(waits: list[str]) -> None:
    begun = replace(AT_REST, trust=Trust.WITHDRAWN)
    run, switch, _ = run_at(PlayedRun, delegations(signed()), begun, Mode.FALLBACK)
    assert run.take_stages()
    assert switch.seen == ["tidy up", "refresh", "apply", "set fallback withdrawn", "apply"]
    assert len(waits) == 2


def test_a_blocked_change_leaves_the_mode() -> None:
    run, switch, _ = run_at(BlockedRun, delegations(), AT_REST, Mode.FALLBACK)
    with pytest.raises(typer.Exit):
        run.take_stages()
    assert (switch.now, switch.seen) == (AT_REST, ["tidy up", "refresh", "set fallback published"])


def test_a_change_that_nobody_approved_leaves_the_mode() -> None:
    run, switch, _ = run_at(UnapprovedRun, delegations(), AT_REST, Mode.FALLBACK)
    with pytest.raises(ApprovalRefusedError):
        run.take_stages()
    assert switch.seen == ["tidy up", "refresh", "set fallback published", "file put back"]


BLOCKS = Finding("own-never", Severity.BLOCK, "not at night", (), "wait for the day")
BROKEN = Override(rules=("own-never",), reason="all is down tonight")
OTHER_BROKEN = Override(rules=("own-other",), reason="all is down tonight")


@dataclass
class PlayedPreview:
    """What the gate found."""

    steps: tuple[ApprovedStep, ...]
    verdict: Verdict
    approval_needed: bool = True


@dataclass
class GatedSwitch(PlayedSwitch):
    """A switch for which an approval may lie ready; what is signed is seen."""

    ahead: Verified | None = None
    gate: None = None

    def approved_ahead(self, preview: GatePreview) -> Verified | None:
        del preview
        return self.ahead

    def sign(self, preview: GatePreview, key: Path, moved: BoundSwitch | None) -> StoredApproval:
        del key, moved
        self.seen.append("sign")
        return StoredApproval(record_of("", *(preview.steps or ())), (), None)


class GatedRun(SwitchRun):
    """A run that asks for approvals as it really does, and applies nothing."""

    def _performed(self, preview: GatePreview | None) -> bool:
        cast("PlayedSwitch", self.switch).seen.append("apply")
        return preview is not None


def ready(*steps: ApprovedStep, override: Override | None = None) -> Verified:
    """An approval that an apply would take."""
    return Verified(record_of("", *steps, override=override), ("alex",))


def gated(
    monkeypatch: pytest.MonkeyPatch, ahead: Verified | None, *findings: Finding, sign: bool
) -> list[str]:
    """What happens on the way of an update through the gate."""
    preview = PlayedPreview((UPDATE,), Verdict(findings))
    monkeypatch.setattr(switch_run, "take_preview", lambda _: preview)
    monkeypatch.setattr(switch_run, "handed_over", lambda *_: ())
    monkeypatch.setattr(switch_run, "show_preview", lambda *_, **__: None)
    monkeypatch.setattr(switch_run, "signing_key", lambda _: Path("key"))
    switch = GatedSwitch(Mode.FALLBACK, AT_REST, ahead=ahead)
    lookout = Lookout(
        Declarations(cast("Network", None), delegations(), ()), Mode.FALLBACK, (), (), 53, frozenset()
    )
    run = GatedRun(cast("Switch", switch), lookout, Console(file=StringIO()), None, sign=sign)
    try:
        run.change()
    except BlockedError:
        switch.seen.append("blocked")
    return switch.seen


@pytest.mark.parametrize(
    ("ahead", "sign", "seen"),
    [
        (None, True, ["sign", "apply"]),
        (ready(CREATE), True, ["sign", "apply"]),
        (ready(UPDATE), True, ["apply"]),
        (None, False, ["apply"]),
    ],
    ids=["none is usable", "of other steps", "of these steps", "nobody signs"],
)
def test_what_lies_ready_is_not_signed_again(
    monkeypatch: pytest.MonkeyPatch, ahead: Verified | None, *, sign: bool, seen: list[str]
) -> None:
    assert gated(monkeypatch, ahead, sign=sign) == seen


@pytest.mark.parametrize("sign", [True, False])
@pytest.mark.parametrize(
    ("ahead", "seen"),
    [
        (None, ["blocked"]),
        (ready(UPDATE), ["blocked"]),
        (ready(UPDATE, override=OTHER_BROKEN), ["blocked"]),
        (ready(UPDATE, override=BROKEN), ["apply"]),
        (ready(CREATE, override=BROKEN), ["apply"]),
    ],
    ids=["none is usable", "no override", "of another rule", "of this rule", "left to the apply"],
)
def test_a_rule_that_was_broken_ahead_does_not_block(
    monkeypatch: pytest.MonkeyPatch, ahead: Verified | None, *, sign: bool, seen: list[str]
) -> None:
    assert gated(monkeypatch, ahead, BLOCKS, sign=sign) == seen
