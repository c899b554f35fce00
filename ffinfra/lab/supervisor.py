"""The first process of a standing lab: it starts the daemons, answers requests, and ends everything.

``python -m ffinfra.lab.supervisor CHECKOUT GRADE`` runs inside the lab's namespaces. One line of JSON on stdout says
that all is ready, or what went wrong.
"""

from __future__ import annotations

import json
import os
import signal
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, assert_never

from ffinfra.lab.clouds.faults.kinds import FaultSettings, Profile
from ffinfra.lab.daemons.booted_machines import BootedMachines, guest_packages
from ffinfra.lab.daemons.clouds import cloud_settings, clouds
from ffinfra.lab.daemons.daemon import Daemon
from ffinfra.lab.daemons.folder_machines import FolderMachines
from ffinfra.lab.daemons.knot import static_nameserver
from ffinfra.lab.daemons.own_machines import OwnMachines
from ffinfra.lab.daemons.unbound import resolver
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.namespace.network import set_up_loopback
from ffinfra.lab.nspawn.base import base_root
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.root_zones import root_zone, tld_zone
from ffinfra.lab.topology import ROOT_SERVER, TLD_SERVER, addresses
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.stack import Declarations, read_declarations


class Supervisor:
    """The daemons of one lab."""

    def __init__(
        self,
        places: LabPlaces,
        declarations: Declarations,
        faults: FaultSettings,
        grade: MachineGrade,
    ) -> None:
        run = places.run
        tokens = json.loads(places.environment.read_text())
        self._machines = _machines(places, declarations, grade)
        servers_at = places.control if grade is MachineGrade.NSPAWN else None
        self._daemons: list[Daemon] = [
            static_nameserver(ROOT_SERVER, [root_zone()], run / "root"),
            static_nameserver(TLD_SERVER, [tld_zone(declarations)], run / "tld"),
            clouds(cloud_settings(declarations, tokens, run, faults, servers_at), run),
            resolver(run / "unbound"),
        ]

    def start(self) -> None:
        """Start the lab's Internet; our own machines come up as they are configured."""
        for daemon in self._daemons:
            daemon.start()

    def stop(self) -> None:
        """End everything, in reverse."""
        self._machines.stop()
        for daemon in reversed(self._daemons):
            daemon.end()

    def activate(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A machine has new files: have its daemons use them."""
        self._machines.activate(request)
        return {"ok": True}

    def control(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A request of the person, of the rehearsal or of the cloud."""
        match request.get("verb"):
            case "status":
                return {"ok": True, "daemons": self.status()}
            case "cut-nameservers":
                self._machines.cut_nameservers()
                return {"ok": True}
            case "restore-nameservers":
                self._machines.restore_nameservers()
                return {"ok": True}
            case "machine":
                self._machines.order(request)
                return {"ok": True}
            case "stop":
                os.kill(os.getpid(), signal.SIGTERM)
                return {"ok": True}
            case verb:
                return {"ok": False, "message": f"the lab knows no {verb!r}"}

    def status(self) -> dict[str, bool]:
        """Every daemon and whether it lives."""
        found = {daemon.name: daemon.running for daemon in self._daemons}
        return found | self._machines.status()


def _machines(places: LabPlaces, declarations: Declarations, grade: MachineGrade) -> OwnMachines:
    match grade:
        case MachineGrade.FILES:
            return FolderMachines(declarations, places.hosts)
        case MachineGrade.NSPAWN:
            base = base_root(guest_packages(declarations.network), _say)
            return BootedMachines(declarations, places.hosts, places.run / "machines", base)
    assert_never(grade)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _listen(
    path: Path, answer: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> socketserver.ThreadingUnixStreamServer:
    """Answer one line of JSON by one line of JSON, on a socket for the owner alone."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                reply = answer(json.loads(self.rfile.readline()))
            except (OperationalError, ValueError, OSError) as error:
                message = error.what if isinstance(error, OperationalError) else str(error)
                reply = {"ok": False, "message": message}
            self.wfile.write(json.dumps(reply).encode() + b"\n")

    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
    server.daemon_threads = True
    path.chmod(0o600)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> int:
    """Stand until told to end."""
    places, grade = LabPlaces(Path(sys.argv[1])), MachineGrade(sys.argv[2])
    faults = FaultSettings(profile=Profile(os.environ.get("FFINFRA_LAB_FAULTS", "mild")))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    supervisor: Supervisor | None = None
    try:
        declarations = read_declarations(places.work)
        set_up_loopback(addresses(declarations, grade))
        supervisor = Supervisor(places, declarations, faults, grade)
        supervisor.start()
        _listen(places.activation, supervisor.activate)
        _listen(places.control, supervisor.control)
        _tell({"ok": True})
        ended.wait()
    except (OperationalError, InvalidInputError) as error:
        _tell({"ok": False, "message": str(error)})
        return 1
    finally:
        if supervisor is not None:
            supervisor.stop()
    return 0


def _tell(message: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
