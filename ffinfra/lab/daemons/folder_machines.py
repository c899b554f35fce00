"""Machines of grade files: folders, and a real knotd for each nameserver."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ffinfra.lab.daemons.nameservers import LabNameserver
from ffinfra.stack import Declarations

KNOT_UNIT: Final = "knot.service"


class FolderMachines:
    """See ``OwnMachines``."""

    def __init__(self, declarations: Declarations, folder: Path) -> None:
        """None runs yet; they come up as they are configured.

        Args:
            declarations: what is declared.
            folder: holds a folder for each machine.
        """
        zones = [zone.zone for zone in declarations.delegations.zones]
        self._guard = threading.Lock()
        self._nameservers: dict[str, LabNameserver] = {}
        for server in declarations.network.nameservers:
            address = server.ipv4 or server.ipv6
            assert address is not None
            self._nameservers[server.name] = LabNameserver(server.name, address, folder / server.name, zones)

    def activate(self, request: Mapping[str, Any]) -> None:
        """Start a nameserver's knotd, or have it read its new files."""
        nameserver = self._nameservers.get(str(request.get("host")))
        units = {unit["name"] for unit in request.get("units", [])}
        if nameserver is not None and KNOT_UNIT in units:
            with self._guard:
                nameserver.use_new_files()

    def order(self, request: Mapping[str, Any]) -> None:
        """A server is nothing but its folder."""

    def cut_nameservers(self) -> None:
        """End every knotd as a power cut would."""
        with self._guard:
            for nameserver in self._nameservers.values():
                nameserver.cut_off()

    def restore_nameservers(self) -> None:
        """Start every knotd."""
        with self._guard:
            for nameserver in self._nameservers.values():
                nameserver.start()

    def stop(self) -> None:
        """End every knotd."""
        for nameserver in self._nameservers.values():
            nameserver.stop()

    def status(self) -> dict[str, bool]:
        """Every nameserver's knotd."""
        return {f"knotd of {one.name}": one.running for one in self._nameservers.values()}
