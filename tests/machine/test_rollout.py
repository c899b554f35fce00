"""A rollout on a machine whose systemd is played: what is too slow is told, and put back."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostConfiguration, HostFile, Unit, UnitAction
from ffinfra.machine import rollout, units
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


class Played:
    """A machine: one folder, and a systemctl that writes down what it is told."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.log = place, place / "log"
        monkeypatch.setattr(rollout, "NOTE", place / "var/units")
        monkeypatch.setattr(rollout, "LINKS_NOTE", place / "var/links")
        monkeypatch.setattr(rollout, "LOCK", place / "lock")
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
    assert not rollout.NOTE.exists()


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
