"""A machine reached by SSH: the repository's own playbook, ansible/host.yml, brings the configuration there.

Ansible reaches the machine, installs packages and runs our program there (``ffinfra.machine``), which judges,
replaces and acts on units by itself, so that a connection that breaks leaves no half rollout behind. The
request and the answer hold secrets: they lie in folders of mode 0700 and go with the run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ffinfra.machine.request import answered_files, look_request, rollout_request
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import FoundFile, HostTransport, Rollout, redacted
from ffinfra.provider.machine_program import machine_program

ANSIBLE: Final = Path(__file__).resolve().parents[2] / "ansible"
"""The repository's playbook and roles."""

FIRST_BOOT_SECONDS: Final = 900
"""How long a machine that was just made may take until it lets us in: a guest's host may be installed before it."""

SECONDS: Final = 1800
"""The longest rollout: a first one installs packages and a kernel."""

_UNREACHABLE: Final = re.compile(r"^fatal: \[[^]]+\]: UNREACHABLE! => (\{.*\})$", re.MULTILINE)
_NEVER_UP: Final = re.compile(
    r"^fatal: .*FAILED! => (\{.*timed out waiting for ping module.*\})$", re.MULTILINE
)
_FAILED: Final = re.compile(r"^fatal: \[[^]]+\]: FAILED! => (\{.*\})$", re.MULTILINE)


class SshTransport(HostTransport):
    """One machine, at an address."""

    def __init__(self, address: str, user: str, port: int) -> None:
        self._address = address
        self._user = user
        self._port = port

    def read(self, host: str, paths: Sequence[str]) -> Mapping[str, FoundFile]:
        """The files as they are now."""
        answer = self._run(host, look_request(host, paths), {"verb": "look", "packages": []})
        return answered_files(answer["files"])

    def apply(self, rollout: Rollout) -> None:
        """Packages, then validate, replace and act on units, all of it or nothing."""
        wanted = rollout.wanted
        variables = {
            "verb": "apply",
            "packages": list(wanted.packages),
            "await_seconds": FIRST_BOOT_SECONDS if rollout.first else 0,
        }
        try:
            self._run(wanted.host, rollout_request(rollout), variables)
        except OperationalError as error:
            raise OperationalError(redacted(error.what, wanted.files), error.way_out) from error

    def forget(self, host: str, paths: Sequence[str]) -> None:
        """Leave the machine as it is.

        Without our files it would let nobody in, or everybody; and a machine that is dead must not keep its
        declaration from being removed.
        """

    def _run(self, host: str, request: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        """Run the playbook; the machine's answer.

        Raises:
            OperationalError: ansible-playbook is missing, the machine does not answer, a task failed, or the
                machine itself refused.
        """
        if shutil.which("ansible-playbook") is None:
            raise OperationalError(
                f"{host}: ansible-playbook is not installed here", "Install it: apt-get install ansible-core"
            )
        with tempfile.TemporaryDirectory(prefix="ffinfra-rollout-") as folder:
            place = Path(folder)
            (place / "machine.pyz").write_bytes(machine_program(request))
            (place / "inventory.json").write_text(json.dumps(self._inventory(host)), "utf-8")
            everything = {"await_seconds": 0, "exchange": folder, **variables}
            (place / "variables.json").write_text(json.dumps(everything), "utf-8")
            done = self._playbook(host, place)
            answer = place / "answer.json"
            if done.returncode or not answer.is_file():
                raise _failure(host, f"{self._user}@{self._address} port {self._port}", done)
            said: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        if not said["ok"]:
            raise OperationalError(said["what"], said["way_out"])
        return said

    def _inventory(self, host: str) -> dict[str, Any]:
        variables = {
            "ansible_host": self._address,
            "ansible_user": self._user,
            "ansible_port": self._port,
            "ansible_python_interpreter": "/usr/bin/python3",
        }
        return {"all": {"hosts": {host: variables}}}

    def _playbook(self, host: str, place: Path) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "--inventory", str(place / "inventory.json")]
        command += ["--extra-vars", f"@{place / 'variables.json'}", str(ANSIBLE / "host.yml")]
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(place / "ssh"),
            "ANSIBLE_LOCAL_TEMP": str(place / "tmp"),
            "ANSIBLE_STDOUT_CALLBACK": "default",
            "ANSIBLE_FORCE_COLOR": "0",
            "ANSIBLE_NOCOLOR": "1",
            "LC_ALL": "C.UTF-8",
        }
        try:
            return subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OperationalError(
                f"{host}: the rollout took longer than {SECONDS} s",
                "See on the machine what it waits for; the next run goes on from there",
            ) from error


def _failure(host: str, where: str, done: subprocess.CompletedProcess[str]) -> OperationalError:
    """Why there is no answer of the machine, in the words of SSH or of the task that failed."""
    unreachable = _UNREACHABLE.search(done.stdout) or _NEVER_UP.search(done.stdout)
    if unreachable is not None:
        return OperationalError(
            f"{host} cannot be reached at {where}: {_message(unreachable[1])}",
            "The other machines are not concerned; the next run finishes this one",
        )
    failed = _FAILED.search(done.stdout)
    words = _message(failed[1]) if failed else (done.stderr or done.stdout).strip()[-2000:]
    return OperationalError(f"{host}: the playbook failed: {words}", "Mend that; the next run finishes")


def _message(result: str) -> str:
    try:
        values = json.loads(result)
    except ValueError:
        return result
    parts = [str(values.get(name, "")).strip() for name in ("msg", "stderr")]
    return "\n".join(dict.fromkeys(part for part in parts if part)) or result
