"""Which machine a resource belongs to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ffinfra.gate.changes import Change
from ffinfra.gate.protected_kinds import HOST_CONFIG

SERVER: Final = "hcloud:index/server:Server"
PRIMARY_IP: Final = "hcloud:index/primaryIp:PrimaryIp"
MACHINE_KINDS: Final = frozenset({SERVER, PRIMARY_IP, HOST_CONFIG})
"""Kinds of which a machine consists, or that it cannot do without."""


def machine_of(change: Change, names: Collection[str]) -> str | None:
    """The machine whose part is changed, among those of these names; None for everything else.

    Parts begin with the machine's name, such as ``ns3-ipv4``. Names may hold hyphens, so the longest one counts.
    """
    if change.type not in MACHINE_KINDS:
        return None
    fitting = [name for name in names if change.name == name or change.name.startswith(f"{name}-")]
    return max(fitting, key=len, default=None)
