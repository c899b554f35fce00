"""A roll over machines that only their answers exist of: order, draining, stopping."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ffinfra.hosts.rendering import configured_machines, management_address
from ffinfra.kernels.roll import Roll, Waits, behind
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
    rebooted: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def run(self, address: str, script: str, seconds: float = 60) -> str:  # noqa: ARG002 - the protocol's
        names = {str(management_address(one)): one.name for one in configured_machines(sample_network())}
        name = names[address]
        self.asked.append((name, script))
        if name in self.rebooted and name in self.never_back:
            raise OperationalError(f"{address}: no route to host", "")
        if "systemctl reboot" in script:
            self.rebooted.append(name)
        if script.startswith("echo running"):
            running = NEW if name in self.rebooted or name not in self.behind else OLD
            return f"running {running}\ndeclared {NEW}\nversion 6.1.153-1\nheld linux-image-amd64\n"
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
    groups = behind(sample_network(), machines)
    assert groups == (("ns1",), ("sn3",))
    assert _roll(machines).run(groups) == ("ns1", "sn3")
    acts = [
        (name, script.split()[0] if "stop" not in script else "drain")
        for name, script in machines.asked
        if "systemctl reboot" in script or "systemctl stop" in script
    ]
    assert acts == [("ns1", "systemd-run"), ("sn3", "drain"), ("sn3", "systemd-run")]


def test_it_stops_at_the_first_machine_that_does_not_come_back() -> None:
    machines = Machines(frozenset({"sn1", "sn2", "sn3"}), never_back=frozenset({"sn2"}))
    with pytest.raises(OperationalError) as stopped:
        _roll(machines).run(behind(sample_network(), machines))
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
        behind(sample_network(), machines)
