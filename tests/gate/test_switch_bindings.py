"""What an approval of a switch, given ahead, outlives, and what ends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.gate.bindings import PresentSwitch, gather, gather_switch
from ffinfra.gate.record import BoundSwitch
from ffinfra.gate.refusal import Refusal
from ffinfra.gate.signatures import sign
from ffinfra.gate.signers import PIN_VARIABLE, signers_digest
from ffinfra.gate.state import StackState
from ffinfra.gate.usable import Situation, usable_approval, usable_switch
from ffinfra.stack import read_stack
from ffinfra.stack_kind import StackKind
from tests.gate.signing_people import BINDINGS, KEY, NOW, People, record_of
from tests.lab.plugins.engine import REPOSITORY

STATE = StackState("3" * 32, {}, None, ())
SETTINGS = {"ffinfra:mode": "primary", "ffinfra:gateKey": "x" * 64}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(REPOSITORY / "dns", folder / "dns")
    shutil.copy(REPOSITORY / "Pulumi.prod.yaml", folder)
    for name in ("ffinfra/gate/guard.py", "components/failover.py", "ansible/host.yml", "waivers.yaml"):
        write(folder, name, "a\n")
    return folder


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def bound(project: Path, **settings: str) -> PresentSwitch:
    configuration = {**SETTINGS, **{f"ffinfra:{name}": value for name, value in settings.items()}}
    stack = read_stack(project, "failover", configuration)
    whole = gather(project, configuration, STATE, StackKind.FAILOVER, {}, KEY)
    found = gather_switch(project, configuration, stack, whole, KEY)
    assert found is not None
    return found


def appended(name: str, text: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        file = project / name
        write(project, name, (file.read_text() if file.exists() else "") + text)

    return change


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        text = (project / name).read_text()
        assert old in text
        write(project, name, text.replace(old, new))

    return change


ZONE = "dns/zones/ff.musterstadt.example.zone"


@pytest.mark.parametrize(
    ("change", "outlived"),
    [
        (appended("README.md", "x"), True),
        (appended("docs/LIMITS.md", "x"), True),
        (appended("approvals/failover/x.record.json", "x"), True),
        (appended("waivers.yaml", "# x\n"), True),
        (appended("ansible/host.yml", "# x\n"), True),
        (replaced("Pulumi.prod.yaml", "monthly_budget: 240", "monthly_budget: 241"), True),
        (appended(ZONE, "; a remark\n"), True),
        (appended(ZONE, "new IN A 192.0.2.7\n"), False),
        (replaced("dns/delegations.yaml", "ttl: 300", "ttl: 301"), False),
        (appended("components/failover.py", "x"), False),
        (appended("ffinfra/gate/guard.py", "x"), False),
        (appended("gate_rules.py", "x"), False),
        (appended("yaml.py", "x"), False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_switch_outlives(
    sample: Path, tmp_path: Path, change: Callable[[Path], None], outlived: bool
) -> None:
    project = tmp_path / "project"
    shutil.copytree(sample, project)
    before = bound(project).bindings
    change(project)
    assert (bound(project).bindings == before) is outlived


def test_the_mode_is_not_bound_and_other_settings_are(sample: Path) -> None:
    before = bound(sample)
    there = bound(sample, mode="fallback")
    assert (there.bindings, there.mode, there.trust) == (before.bindings, Mode.FALLBACK, Trust.PUBLISHED)
    assert bound(sample, gateKey="y" * 64).bindings != before.bindings


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("keys"))


NARROW = BINDINGS.model_copy(update={"program": "7" * 64, "configuration": "7" * 32})
THERE = BoundSwitch(
    from_mode=Mode.PRIMARY, from_trust=Trust.PUBLISHED, to_mode=Mode.FALLBACK, to_trust=Trust.PUBLISHED
)


class Night:
    """A failover stack with one approval given ahead, and the mode set as it would be at night."""

    def __init__(self, folder: Path, people: People, *, needed: int = 1, signed_by: tuple[str, ...]) -> None:
        signers = people.signers("alex", "kim")
        (folder / ".allowed_signers").write_text(signers)
        self.record = record_of(
            signers,
            stack="failover",
            bindings=NARROW,
            switch=THERE,
            approvals_needed=needed,
            expires=NOW + timedelta(days=30),
        )
        pin = {PIN_VARIABLE: signers_digest(signers), "HOME": str(folder)}
        state = StackState(BINDINGS.state, BINDINGS.resources, None, ())
        here = PresentSwitch(NARROW, Mode.FALLBACK, Trust.PUBLISHED)
        self.situation = Situation(folder, "failover", BINDINGS, state, NOW, pin, KEY, here)
        for name in signed_by:
            self.situation.store.add(self.record, sign(self.record.text, people.key(name)))

    def answers(self, **changes: Any) -> tuple[str, str]:
        """What an apply would be told, and what the status would be."""
        situation = replace(self.situation, **changes)
        judged = usable_approval(situation, self.record.identifier), usable_switch(situation)
        told = [one.reason if isinstance(one, Refusal) else ", ".join(one.signers) for one in judged]
        return told[0], told[1]


def test_at_night_nobody_else_is_needed(tmp_path: Path, people: People) -> None:
    """Both signed by day; one alone applies, although the whole program has moved since."""
    night = Night(tmp_path, people, needed=2, signed_by=("alex", "kim"))
    assert night.answers() == ("alex, kim", "alex, kim")


def test_it_holds_for_its_switch_alone(tmp_path: Path, people: People) -> None:
    night = Night(tmp_path, people, signed_by=("alex",))
    given = "it was given for a switch to fallback (trust published)"
    for mode in (Mode.PRIMARY, Mode.MIXED):
        here = PresentSwitch(NARROW, mode, Trust.PUBLISHED)
        assert night.answers(switch=here) == (given, "no switch was signed ahead")
    assert night.answers(switch=None) == (given, "no switch was signed ahead")


@pytest.mark.parametrize(
    ("moved", "what"),
    [
        ({"program": "9" * 64}, "the program, the declarations or the gate's own files"),
        ({"configuration": "9" * 32}, "the configuration of the stack"),
        ({"state": "9" * 32}, "the state of the stack"),
        ({"versions": {"engine": "3.260.0"}}, "engine (3.259.0 approved, 3.260.0 here)"),
    ],
)
def test_what_ends_it(tmp_path: Path, people: People, moved: dict[str, Any], what: str) -> None:
    night = Night(tmp_path, people, signed_by=("alex",))
    here = PresentSwitch(NARROW.model_copy(update=moved), Mode.FALLBACK, Trust.PUBLISHED)
    reason = f"changed since the approval: {what}"
    assert night.answers(switch=here) == (reason, f"approval {night.record.identifier[:12]}: {reason}")


def test_an_ordinary_approval_is_no_standby(tmp_path: Path, people: People) -> None:
    night = Night(tmp_path, people, signed_by=())
    ordinary = record_of(night.record.signers, stack="failover", expires=NOW + timedelta(days=30))
    night.situation.store.add(ordinary, sign(ordinary.text, people.key("alex")))
    judged = usable_switch(night.situation)
    assert isinstance(judged, Refusal)
    assert judged.reason == "no switch was signed ahead"
