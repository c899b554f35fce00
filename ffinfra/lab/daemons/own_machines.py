"""Our own machines in the lab, of whatever grade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class OwnMachines(Protocol):
    """What the supervisor does with them. Each raises OperationalError if it cannot."""

    def activate(self, request: Mapping[str, Any]) -> None:
        """A machine that is a folder has new files: have its daemons use them."""

    def order(self, request: Mapping[str, Any]) -> None:
        """The cloud makes a server, or switches one on or off."""

    def cut_nameservers(self) -> None:
        """All nameservers lose power."""

    def restore_nameservers(self) -> None:
        """The power is back."""

    def stop(self) -> None:
        """End everything."""

    def status(self) -> dict[str, bool]:
        """What there is, and whether it lives."""
