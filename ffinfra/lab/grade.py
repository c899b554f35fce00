"""How real the lab's machines are."""

from __future__ import annotations

from enum import StrEnum


class MachineGrade(StrEnum):
    """What becomes of a declared machine."""

    FILES = "files"
    """A folder with its files, judged by their validators; knotd serves those of a nameserver. Needs no root."""
    NSPAWN = "nspawn"
    """Supernodes and nameservers are real Debian in systemd-nspawn, reached by SSH; VM hosts stay folders."""
