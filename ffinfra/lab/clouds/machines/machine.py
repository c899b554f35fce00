"""A server as a machine, and what can be done to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PrivateAddress:
    """An address in a private network, with further addresses of the same interface."""

    network: str
    ip: str
    alias_ips: tuple[str, ...]
    mac_address: str


@dataclass(frozen=True, slots=True, repr=False)
class Machine:
    """All that a machine has to know.

    Attributes:
        id: the server's number; it stays when the name changes.
        name: the host name.
        server_type: such as ``ccx13``.
        image: such as ``debian-12``.
        location: such as ``fsn1``.
        ipv4: the public IPv4 address, or None.
        ipv6: the public IPv6 network (``2001:db8:1::/64``), or None; the machine uses its ``::1``.
        private: its addresses in private networks.
        public_keys: SSH keys for root.
        user_data: cloud-init user data; may hold secrets.
    """

    id: int
    name: str
    server_type: str
    image: str
    location: str
    ipv4: str | None
    ipv6: str | None
    private: tuple[PrivateAddress, ...]
    public_keys: tuple[str, ...]
    user_data: str

    def __repr__(self) -> str:
        return f"Machine(id={self.id}, name={self.name!r})"


class Machines(Protocol):
    """The verbs. Each returns when it is done; an OperationalError fails the API's action."""

    async def boot(self, machine: Machine) -> None:
        """First start, from the image and with the user data; also after a rebuild."""

    async def power_off(self, machine: Machine) -> None:
        """Stop it; its disk stays."""

    async def power_on(self, machine: Machine) -> None:
        """Start it again; type and addresses may have changed since."""

    async def update(self, machine: Machine) -> None:
        """Name or addresses changed while it runs."""

    async def destroy(self, machine: Machine) -> None:
        """Remove it with its disk."""
