"""A rollout on a machine whose systemd is played: what is too slow is told, and put back."""

from __future__ import annotations

import grp
import json
import os
import pwd
from dataclasses import replace
from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostConfiguration, HostFile, Unit, UnitAction
from ffinfra.machine import links, notes, rollout, units
from ffinfra.machine.rollout import roll_out
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import Rollout

SYSTEMCTL = """\
#!/bin/sh
echo "$*" >>{log}
case "$*" in
{case}
"show --property ActiveState --value "*) echo active ;;
"show --property UnitFileState "*) echo enabled ;;
esac
"""

IP = """\
#!/bin/sh
case "$*" in
"-json link show") cat {place}/links; exit ;;
"link delete br0") cp {place}/without {place}/links; cp {place}/var/links {place}/noted ;;
"link delete br1") cp {place}/without {place}/links ;;
esac
echo "ip $*" >>{log}
"""

UPLINK = {"ifname": "eno1", "ifindex": 2}
BRIDGE = {"ifname": "br0", "ifindex": 3}
MAKES_BRIDGE = '"restart systemd-networkd.service") cp {place}/made {place}/links ;;'
OLD, NEW = "[NetDev]\nName=br0\n[Bridge]\nSTP=no\n", "[NetDev]\nName=br0\n[Bridge]\nSTP=yes\n"


class Played:
    """A machine: one folder, and a systemctl that writes down what it is told."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.log = place, place / "log"
        monkeypatch.setattr(notes, "UNITS", place / "var/units")
        monkeypatch.setattr(notes, "LINKS", place / "var/links")
        monkeypatch.setattr(rollout, "LOCK", place / "lock")
        monkeypatch.setattr(links, "FOLDER", f"{place}/")
        monkeypatch.setattr(links, "_KNOWN_TO_NETWORKD", place / "netif")
        monkeypatch.setattr(units, "STEADY_SECONDS", 0.0)
        monkeypatch.setenv("PATH", f"{place / 'bin'}:{os.environ['PATH']}")
        (place / "bin").mkdir()
        self.program("journalctl", "#!/bin/sh\necho its own words\n")

    def program(self, name: str, text: str) -> None:
        """Play a program."""
        (self.place / "bin" / name).write_text(text)
        (self.place / "bin" / name).chmod(0o755)

    def systemctl(self, case: str) -> None:
        """What systemctl does besides saying that all is well."""
        self.program("systemctl", SYSTEMCTL.format(log=self.log, case=case))

    def file(self, name: str, content: str, *asked: str) -> HostFile:
        """A file of the machine."""
        return HostFile(
            path=str(self.place / name),
            content=content,
            owner=pwd.getpwuid(os.getuid()).pw_name,
            group=grp.getgrgid(os.getgid()).gr_name,
            units=asked,
        )

    def told(self, verb: str) -> list[str]:
        """The units of all calls with a verb."""
        return [line.split()[-1] for line in self.log.read_text().splitlines() if line.split()[0] == verb]

    def links(self, *shown: dict[str, object]) -> None:
        """Interfaces that stand, one of them br0 with a file of its own; a restarted networkd makes it."""
        (self.place / "links").write_text(json.dumps(shown))
        (self.place / "without").write_text(json.dumps([UPLINK]))
        (self.place / "made").write_text(json.dumps([UPLINK, BRIDGE]))
        self.program("ip", IP.format(place=self.place, log=self.log))

    def done(self) -> list[str]:
        """What was done to interfaces and units, in order."""
        verbs = ("ip", "restart", "stop", "enable")
        return [line for line in self.log.read_text().splitlines() if line.split()[0] in verbs]


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(tmp_path, monkeypatch)


def _wanted(*files: HostFile) -> HostConfiguration:
    names = list(dict.fromkeys(name for file in files for name in file.units))
    acted = tuple(Unit(name=name, action=UnitAction.RESTART) for name in names)
    return HostConfiguration(host="sn1", files=files, packages=(), units=acted)


def test_what_is_not_done_in_time_is_told_and_the_old_files_are_back(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "_SECONDS", 0.3)
    played.systemctl('"restart slow.service") exec sleep 60 ;;')
    (played.place / "a").write_text("old\n")
    wanted = _wanted(played.file("a", "new\n", "quick.service"), played.file("b", "new\n", "slow.service"))
    with pytest.raises(OperationalError) as failed:
        roll_out(Rollout(wanted=wanted))
    assert failed.value.what == (
        f"sn1: after a change of {played.place / 'b'}: "
        "systemctl restart slow.service is not done after 0.3 s and goes on"
    )
    assert failed.value.way_out == (
        "See what it waits for: systemctl list-jobs; systemctl status slow.service"
    )
    assert (played.place / "a").read_text() == "old\n"
    assert not (played.place / "b").exists()
    assert played.told("restart") == ["quick.service", "slow.service", "quick.service"]
    assert not notes.UNITS.exists()


def test_a_journal_that_is_not_read_in_time_hides_no_failure(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "_JOURNAL_SECONDS", 0.2)
    played.program("journalctl", "#!/bin/sh\nexec sleep 60\n")
    played.systemctl('"restart bad.service") echo no luck >&2; exit 1 ;;')
    with pytest.raises(OperationalError) as failed:
        roll_out(Rollout(wanted=_wanted(played.file("a", "new\n", "bad.service"))))
    assert "restart of bad.service: no luck\n(the journal was not read within 0.2 s)" in failed.value.what


def test_a_unit_that_does_not_stop_is_a_failure_and_its_file_stays(played: Played) -> None:
    played.systemctl('"stop old.service") echo busy >&2; exit 1 ;;')
    (played.place / "old").write_text("kept\n")
    rolled = Rollout(wanted=_wanted(), gone=(str(played.place / "old"),), stopped=("old.service",))
    with pytest.raises(OperationalError) as failed:
        roll_out(rolled)
    assert failed.value.what == "sn1: old.service is to be stopped and is active: busy\nits own words"
    assert (played.place / "old").read_text() == "kept\n"
    assert played.told("enable") == ["old.service"]


def test_who_read_a_file_that_is_gone_reads_again(played: Played) -> None:
    played.systemctl("")
    (played.place / "old").write_text("x\n")
    wanted = HostConfiguration(
        host="sn1", files=(), packages=(), units=(Unit(name="reader.service", action=UnitAction.RELOAD),)
    )
    done = roll_out(Rollout(wanted=wanted, gone=(str(played.place / "old"),), reread=("reader.service",)))
    assert done.actions == ("reload-or-restart reader.service",)
    assert not (played.place / "old").exists()


REMADE = ["ip link delete br0", "restart systemd-networkd.service", "ip link set eno1 master br0"]


def _bridged(played: Played) -> HostConfiguration:
    """A kernel that is acted on before networkd as a rule, and a bridge that is to be another."""
    (played.place / "br.netdev").write_text(OLD)
    kernel = played.file("kernel", "new\n", "ffinfra-kernel.service")
    return _wanted(kernel, played.file("br.netdev", NEW, "systemd-networkd.service"))


def test_a_bridge_has_its_ports_again_before_any_other_unit_is_acted_on(played: Played) -> None:
    played.systemctl(MAKES_BRIDGE.format(place=played.place))
    played.links({**UPLINK, "master": "br0"}, BRIDGE)
    roll_out(Rollout(wanted=_bridged(played)))
    assert played.done() == [*REMADE, "restart ffinfra-kernel.service"]
    assert (played.place / "noted").read_text() == "br0 br0 eno1\n"
    assert not notes.LINKS.exists()


def test_a_unit_that_fails_on_the_way_back_holds_up_neither_ports_nor_what_was_stopped(
    played: Played,
) -> None:
    fails = '\n"restart ffinfra-kernel.service") echo no luck >&2; exit 1 ;;'
    played.systemctl(MAKES_BRIDGE.format(place=played.place) + fails)
    played.links({**UPLINK, "master": "br0"}, BRIDGE)
    with pytest.raises(OperationalError, match="no luck"):
        roll_out(Rollout(wanted=_bridged(played), stopped=("old.service",)))
    once = [*REMADE, "restart ffinfra-kernel.service"]
    assert played.done() == [*once, *once, "enable --now old.service"]
    assert (played.place / "br.netdev").read_text() == OLD
    assert not notes.LINKS.exists()


def test_a_renamed_bridge_takes_its_ports_along_and_after_a_failure_the_new_one_goes(played: Played) -> None:
    """Networkd makes what the file says at that moment: br1 by the new one, br0 by the old one."""
    place = played.place
    made = f'"restart systemd-networkd.service") cp {place}/$(sed -n s/Name=//p {place}/br.netdev) {place}/links ;;'
    played.systemctl(made + '\n"restart ffinfra-kernel.service") echo no luck >&2; exit 1 ;;')
    played.links({**UPLINK, "master": "br0"}, BRIDGE)
    for name in ("br0", "br1"):
        (place / name).write_text(json.dumps([UPLINK, {**BRIDGE, "ifname": name}]))
    wanted = _bridged(played)
    renamed = played.file("br.netdev", OLD.replace("br0", "br1"), "systemd-networkd.service")
    with pytest.raises(OperationalError, match="no luck"):
        roll_out(Rollout(wanted=replace(wanted, files=(wanted.files[0], renamed))))
    assert (place / "noted").read_text() == "br0 br1 eno1\n"
    assert played.done() == [
        *("ip link delete br0", "restart systemd-networkd.service", "ip link set eno1 master br1"),
        "restart ffinfra-kernel.service",
        *("ip link delete br1", "restart systemd-networkd.service", "ip link set eno1 master br0"),
        "restart ffinfra-kernel.service",
    ]


def test_a_unit_that_is_refused_on_the_way_back_holds_up_no_other_unit(played: Played) -> None:
    played.systemctl('"restart bad.service") echo no luck >&2; exit 1 ;;')
    files = (played.file("a", "new\n", "bad.service"), played.file("b", "new\n", "good.service"))
    with pytest.raises(OperationalError, match="no luck"):
        roll_out(Rollout(wanted=_wanted(*files)))
    assert played.told("restart") == ["bad.service", "bad.service", "good.service"]


def test_a_port_that_cannot_join_keeps_no_other_from_it(played: Played) -> None:
    played.systemctl(MAKES_BRIDGE.format(place=played.place))
    played.links({**UPLINK, "master": "br0"}, {"ifname": "vnet0", "ifindex": 7, "master": "br0"}, BRIDGE)
    (played.place / "made").write_text(json.dumps([UPLINK, {"ifname": "vnet0", "ifindex": 7}, BRIDGE]))
    refused = '"link set eno1 master br0") echo busy >&2; echo "ip $*" >>{log}; exit 2 ;;\nesac'
    played.program("ip", IP.replace("esac", refused, 1).format(place=played.place, log=played.log))
    with pytest.raises(OperationalError, match="ip link set eno1 master br0: busy"):
        roll_out(Rollout(wanted=_bridged(played)))
    assert played.done()[2:4] == ["ip link set eno1 master br0", "ip link set vnet0 master br0"]


def test_a_networkd_that_fails_on_the_way_back_holds_up_no_unit_and_the_ports_stay_noted(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "BACK_SECONDS", 0.1)
    played.systemctl('"restart systemd-networkd.service") echo no luck >&2; exit 1 ;;')
    played.links({**UPLINK, "master": "br0"}, BRIDGE)
    with pytest.raises(OperationalError, match="no luck"):
        roll_out(Rollout(wanted=_bridged(played)))
    assert played.done() == [*REMADE[:2], REMADE[1], "restart ffinfra-kernel.service"]
    assert notes.LINKS.read_text() == "br0 br0 eno1\n"


def test_a_rollout_that_was_cut_off_after_a_bridge_was_deleted_gives_it_its_ports(played: Played) -> None:
    played.systemctl(MAKES_BRIDGE.format(place=played.place))
    played.links(UPLINK)
    wanted = _bridged(played)
    (played.place / "br.netdev").write_text(NEW)
    (played.place / "kernel").write_text("new\n")
    notes.LINKS.parent.mkdir()
    notes.LINKS.write_text("br0 br0 eno1\n")
    roll_out(Rollout(wanted=wanted))
    assert played.done() == REMADE[1:]
    assert not notes.LINKS.exists()


def test_what_cannot_be_put_back_is_named_and_its_units_stay_noted(played: Played) -> None:
    (played.place / "at").mkdir()
    for name in ("at/a", "b"):
        (played.place / name).write_text("old\n")
    at = played.place / "at"
    played.systemctl(f'"restart bad.service") rm -rf {at}; touch {at}; echo no luck >&2; exit 1 ;;')
    wanted = _wanted(played.file("at/a", "new\n", "bad.service"), played.file("b", "new\n", "bad.service"))
    with pytest.raises(OperationalError) as failed:
        roll_out(Rollout(wanted=wanted, stopped=("old.service",)))
    assert failed.value.what == (
        f"sn1: after a change of {at}/a, {played.place / 'b'}: restart of bad.service: no luck\n"
        f"its own words\nNot put back: {at}/a"
    )
    assert failed.value.way_out == "See why (df, findmnt, dmesg), mend that and roll out again"
    assert (played.place / "b").read_text() == "old\n"
    assert played.done()[-1] == "enable --now old.service"
    assert notes.UNITS.read_text() == "bad.service\n"


def test_a_note_that_cannot_be_closed_does_not_pass_for_nothing_replaced(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only() -> None:
        raise OSError("Read-only file system")

    played.systemctl("")
    monkeypatch.setattr(notes, "forget", read_only)
    with pytest.raises(OperationalError) as failed:
        roll_out(Rollout(wanted=_wanted(played.file("a", "new\n", "a.service"))))
    assert failed.value.what == "sn1: all is in place, but: Read-only file system"
