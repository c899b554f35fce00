"""A roll over machines that only their answers exist of: order, draining, stopping."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ffinfra.hosts.rendering import configured_machines, management_address
from ffinfra.kernels.roll import Roll, Waits, roll_plan
from ffinfra.problems import OperationalError
from tests.hosts.samples import sample_network

ZONES = ("mesh.musterstadt.example",)
NEW, OLD = "6.1.0-40-amd64", "6.1.0-37-amd64"


@dataclass
class Machines:
    """Answers as machines would; each remembers whether it was rebooted."""

    behind: frozenset[str]
    never_back: frozenset[str] = frozenset()
    silent_nameservers: frozenset[str] = frozenset()
    refuses_to_reboot: frozenset[str] = frozenset()
    not_held: frozenset[str] = frozenset()
    slow_guests: dict[str, int] = field(default_factory=dict)
    rebooted: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def run(self, address: str, script: str, seconds: float = 60) -> str:  # noqa: ARG002 - the protocol's
        names = {str(management_address(one)): one.name for one in configured_machines(sample_network())}
        name = names[address]
        self.asked.append((name, script))
        if name in self.rebooted and name in self.never_back:
            raise OperationalError(f"{address}: no route to host", "")
        if "systemctl reboot" in script:
            if name in self.refuses_to_reboot:
                raise OperationalError(f"{address}: Failed to start transient timer unit", "")
            self.rebooted.append(name)
        if script.startswith("systemctl is-active") and self.rebooted and self.slow_guests.get(name, 0):
            self.slow_guests[name] -= 1
            raise OperationalError(f"{address}: no route to host", "")
        if script.startswith("echo running"):
            running = NEW if name in self.rebooted or name not in self.behind else OLD
            held = "" if name in self.not_held else "linux-image-amd64"
            return f"running {running}\ndeclared {NEW}\nversion 6.1.153-1\nheld {held}\n"
        if script.startswith("systemctl show"):
            return f"started {self.rebooted.count(name)}"
        if script.startswith("systemctl is-active"):
            return "active\n" * 20
        if script.startswith("birdc"):
            return "bb1_4 BGP --- up 12:00 Established\nbb2_4 BGP --- start 12:00 Active Socket: closed\n"
        if script.startswith("kdig"):
            return ZONES[0] if name in self.silent_nameservers else ""
        return ""


def _roll(machines: Machines) -> Roll:
    return Roll(sample_network(), machines, ZONES, lambda _words: None, Waits(0, 0.5, 0.01))


def test_only_what_is_behind_is_rebooted_and_supernodes_are_drained_first() -> None:
    machines = Machines(frozenset({"sn3", "ns1"}))
    groups = roll_plan(sample_network(), machines).groups
    assert groups == (("ns1",), ("sn3",))
    assert _roll(machines).run(groups) == ("ns1", "sn3")
    acts = [
        (name, script.split()[0] if "stop" not in script else "drain")
        for name, script in machines.asked
        if "systemctl reboot" in script or "systemctl stop" in script
    ]
    assert acts == [("ns1", "systemd-run"), ("sn3", "drain"), ("sn3", "systemd-run")]


ACTS = ("systemctl stop", "systemctl start", "systemctl reboot")


def _acts(machines: Machines) -> list[tuple[str, str]]:
    """Who was stopped, started, rebooted, in order."""
    return [
        (name, act.split()[1])
        for name, script in machines.asked
        for act in ACTS
        if script.startswith(act) or (act in script and "systemd-run" in script)
    ]


def test_a_host_goes_down_with_its_guests_drained_and_is_done_when_they_work_again() -> None:
    machines = Machines(frozenset({"vm1"}), slow_guests={"sn2": 2, "ns1": 1})
    said: list[str] = []
    roll = Roll(sample_network(), machines, ZONES, said.append, Waits(0, 5, 0.01))
    assert roll.run(roll_plan(sample_network(), machines).groups) == ("vm1",)
    assert said == [
        "sn1, sn2: draining, BGP and fastd off, 0 s",
        "vm1: rebooting, with sn1, sn2, ns1",
        "vm1: is back and does its work",
    ]
    acts = _acts(machines)
    assert acts[:3] == [("sn1", "stop"), ("sn2", "stop"), ("vm1", "reboot")]
    assert set(acts[3:]) == {("sn1", "start"), ("sn2", "start")}
    assert machines.slow_guests == {"sn2": 0, "ns1": 0}


def test_a_guest_that_stays_away_stops_the_roll_at_its_host() -> None:
    machines = Machines(frozenset({"vm1", "vm2"}), slow_guests={"ns1": 1_000_000})
    with pytest.raises(OperationalError) as stopped:
        _roll(machines).run((("vm1",), ("vm2",)))
    assert stopped.value.what == (
        "stopped at vm1: its guest ns1 does not come back within 0.5 s: 192.0.2.53: no route to host "
        "(no machine was rebooted before)"
    )
    assert machines.rebooted == ["vm1"]


def test_what_was_drained_is_put_to_work_again_when_the_reboot_cannot_be_ordered() -> None:
    machines = Machines(frozenset({"sn3"}), refuses_to_reboot=frozenset({"sn3"}))
    with pytest.raises(OperationalError, match=r"stopped at sn3: .*Failed to start transient timer unit"):
        _roll(machines).run((("sn3",),))
    assert _acts(machines) == [("sn3", "stop"), ("sn3", "reboot"), ("sn3", "start")]
    (start,) = [script for name, script in machines.asked if script.startswith("systemctl start")]
    assert start.startswith("systemctl start fastd-mesh0.service ")
    assert start.endswith(" bird.service")


def test_machines_that_no_reboot_mends_are_named() -> None:
    machines = Machines(frozenset({"sn3"}), not_held=frozenset({"ns1"}))
    plan = roll_plan(sample_network(), machines)
    assert plan.groups == (("sn3",),)
    assert [(state.machine, state.reason) for state in plan.passed_over] == [
        ("ns1", "linux-image-amd64 is not held; an upgrade would replace it")
    ]


def test_it_stops_at_the_first_machine_that_does_not_come_back() -> None:
    machines = Machines(frozenset({"sn1", "sn2", "sn3"}), never_back=frozenset({"sn2"}))
    with pytest.raises(OperationalError) as stopped:
        _roll(machines).run(roll_plan(sample_network(), machines).groups)
    assert stopped.value.what == (
        "stopped at sn2: it does not come back within 0.5 s: 192.0.2.12: no route to host (rebooted before: sn1)"
    )
    assert machines.rebooted == ["sn1", "sn2"]


@pytest.mark.parametrize("name", ["ns1", "vm1"])
def test_no_nameserver_goes_down_while_another_one_is_not_well(name: str) -> None:
    machines = Machines(frozenset({name}), silent_nameservers=frozenset({"ns2"}))
    with pytest.raises(OperationalError) as stopped:
        _roll(machines).run(((name,),))
    assert stopped.value.what == (
        f"stopped at {name}: the nameserver ns2 is not well: "
        "it gives no answer for mesh.musterstadt.example (no machine was rebooted before)"
    )
    assert machines.rebooted == []


def test_nothing_is_rebooted_while_a_machine_does_not_answer() -> None:
    machines = Machines(frozenset({"sn1"}), never_back=frozenset({"sn6"}), rebooted=["sn6"])
    with pytest.raises(OperationalError, match=r"no answer of sn6: 203\.0\.113\.12: no route to host"):
        roll_plan(sample_network(), machines)
