"""``hcloud:index/networkSubnet:NetworkSubnet``: part of a private network; its id is like 7-10.0.1.0/24."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import code_of
from ffinfra.lab.plugins.hcloud.hcloud_type import SdkType, by_id, still_there, token_of
from ffinfra.lab.plugins.remote import RemoteError, WouldCrashError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry
from ffinfra.provider.properties import UNKNOWN
from ffinfra.provider.resource_type import Refusal

ADD_TRIES: Final = 5
DELETE_TRIES: Final = 50


class NetworkSubnet(SdkType):
    """Nothing of it can be changed; replacements are created first, for it has no name."""

    token = token_of("NetworkSubnet")
    fields: ClassVar[Fields] = {
        "networkId": Field(kind=Kind.WHOLE, required=True, replaces=True),
        "type": Field(required=True, replaces=True, allowed=("cloud", "server", "vswitch")),
        "networkZone": Field(required=True, replaces=True),
        "ipRange": Field(required=True, replaces=True),
        "gateway": Field(output_only=True),
        "vswitchId": Field(
            kind=Kind.WHOLE, replaces=True, unsupported="the lab has no Robot and so no vSwitches"
        ),
    }

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """Refuse what needs a vSwitch, and bad ranges."""
        if values["type"] == "vswitch":
            yield Refusal("type", str(self.fields["vswitchId"].unsupported))
        if values["ipRange"] is not UNKNOWN and _range(values["ipRange"]) is None:
            yield Refusal("ipRange", f"{values['ipRange']!r} is no address range like 10.0.1.0/24")

    def make(self, plan: Values, born: Born) -> Values:
        """POST add_subnet, again on conflicts; wait; GET the network."""
        network, ip_range = plan["networkId"], _range(plan["ipRange"])
        body = {"type": plan["type"], "ip_range": ip_range, "network_zone": plan["networkZone"]}
        answer = retry(
            self.connection.waiter,
            ADD_TRIES,
            lambda: self.api.post(f"/networks/{network}/actions/add_subnet", body),
            lambda error: code_of(error) in ("conflict", "vswitch_id_already_used"),
        )
        resource_id = f"{network}-{ip_range}"
        born(resource_id)
        self.actions.wait_each([answer.get("action")])
        return still_there(self.look(resource_id, {}), "Create", resource_id)

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """GET the network and find the range in it."""
        del state
        _, subnet = self._find(resource_id)
        if subnet is None:
            return None
        network = resource_id.split("-", 1)[0]
        outputs = _outputs(int(network), subnet)
        return outputs["id"], outputs

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """Only after a half-failed creation: nothing but GETs."""
        del plan, changed
        return still_there(self.look(resource_id, state), "Update", resource_id)

    def remove(self, resource_id: str, state: Values) -> None:
        """GET and POST delete_subnet, again while servers hold it; in the end it is assumed to be gone."""
        del state
        try:
            action = retry(
                self.connection.waiter,
                DELETE_TRIES,
                lambda: self._delete(resource_id),
                lambda error: code_of(error) in ("conflict", "locked") or _held(error),
            )
        except RemoteError as error:
            if code_of(error) == "not_found" or _held(error):
                return
            raise
        self.actions.wait_each([action])

    def _delete(self, resource_id: str) -> dict[str, Any] | None:
        there, subnet = self._find(resource_id)
        if not there:
            return None
        if subnet is None:
            panic, way_out = "nil pointer dereference", "Run `pulumi refresh` first"
            raise WouldCrashError("deletion of a subnet that its network has lost", panic, way_out)
        network = resource_id.split("-", 1)[0]
        path = f"/networks/{network}/actions/delete_subnet"
        action: dict[str, Any] | None = self.api.post(path, {"ip_range": subnet["ip_range"]}).get("action")
        return action

    def _find(self, resource_id: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether there is such a network, and its subnet."""
        network_id, _, ip_range = resource_id.partition("-")
        network = by_id(self.api, "/networks", "network", network_id)
        if network is None or _range(ip_range) is None:
            return False, None
        for subnet in network.get("subnets") or []:
            if _range(subnet.get("ip_range", "")) == _range(ip_range):
                return True, subnet
        return True, None


def _outputs(network: int, subnet: dict[str, Any]) -> Values:
    return {
        "id": f"{network}-{_range(subnet['ip_range'])}",
        "networkId": network,
        "type": subnet.get("type", ""),
        "networkZone": subnet.get("network_zone", ""),
        "ipRange": _range(subnet["ip_range"]),
        "gateway": subnet.get("gateway") or "<nil>",
    }


def _range(text: str) -> str | None:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None


def _held(error: RemoteError) -> bool:
    held = "servers are attached" in str(error) or "network has attached resources" in str(error)
    return code_of(error) == "service_error" and held
