"""By which identifier the engine imports what the program declares: found again by address, key or name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from ffinfra.adoption.found import FoundAddress, FoundServer, Living
from ffinfra.failover.held import Held, Inputs, Wanted
from ffinfra.network.network import Network

_ADDRESS_NAME: Final = re.compile(r"(?P<guest>.+)-(?P<version>ipv[46])")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What is there.

    Attributes:
        living: what was found.
        held: records of zones, as ``failover --rebuild`` lists them.
        network: the declared network, which says which machine has which address.
    """

    living: Living
    held: Held
    network: Network

    def of(self, wanted: Wanted) -> str | None:
        """The identifier of a resource; None for what is not there."""
        match wanted.type:
            case "hcloud:index/primaryIp:PrimaryIp":
                return _number(self._address(wanted.name))
            case "hcloud:index/rdns:Rdns":
                return _reverse(self._address(wanted.name), wanted.inputs)
            case "hcloud:index/server:Server":
                return _number(self._server(wanted.name))
            case "freifunk:index:ZoneContent":
                return _zone_content(wanted.inputs)
            case _:
                return self._known_again(wanted) or self.held.identifier(wanted)

    def _known_again(self, wanted: Wanted) -> str | None:
        things, key = {
            "hcloud:index/sshKey:SshKey": (self.living.keys, "publicKey"),
            "hcloud:index/placementGroup:PlacementGroup": (self.living.groups, "name"),
            "hcloud:index/firewall:Firewall": (self.living.firewalls, "name"),
        }.get(wanted.type, ((), ""))
        return next((str(one.id) for one in things if one.text == wanted.inputs[key]), None)

    def _address(self, name: str) -> FoundAddress | None:
        match = _ADDRESS_NAME.fullmatch(name)
        guest = next((one for one in self.network.guests if match and one.name == match["guest"]), None)
        declared = getattr(guest, match["version"]) if match and guest is not None else None
        return next((one for one in self.living.addresses if one.holds(declared)), None)

    def _server(self, name: str) -> FoundServer | None:
        guest = next((one for one in self.network.guests if one.name == name), None)
        declared = (guest.ipv4, guest.ipv6) if guest is not None else ()
        return next(
            (one for one in self.living.servers if any(one.holds(address) for address in declared)), None
        )


def _number(found: FoundAddress | FoundServer | None) -> str | None:
    return str(found.id) if found is not None else None


def _reverse(found: FoundAddress | None, inputs: Inputs) -> str | None:
    address = ip_address(inputs["ipAddress"])
    there = found is not None and address in {ip_address(one) for one in found.reverse}
    return f"p-{found.id}-{address}" if found is not None and there else None


def _zone_content(inputs: Inputs) -> str:
    server = inputs["server"]
    return f"{inputs['zone']}@{server['address']}@{int(server['port'])}"
