"""A server's places in private networks, declared inside the server."""

from __future__ import annotations

from typing import Any, Final

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.hcloud.errors import ApiError
from ffinfra.lab.plugins.hcloud.hcloud_type import filled
from ffinfra.lab.plugins.hcloud.settings import Connection
from ffinfra.lab.plugins.remote import RemoteError, StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.lab.plugins.waiting import retry

TRIES: Final = 5
_TRIED_AGAIN: Final = frozenset({"conflict", "locked", "service_error"})


def network_number(declared: Values) -> int:
    """The network of a declaration, by its own number or that of its subnet (``7-10.0.1.0/24``)."""
    subnet = declared.get("subnetId")
    if not subnet:
        return int(declared.get("networkId") or 0)
    number, dash, _ = str(subnet).partition("-")
    if not dash or not number.isdecimal():
        form = "$NETWORK_ID-$SUBNET_IP_RANGE"
        raise StandInError(f"unexpected subnet id '{subnet}', expected '{form}'")
    return int(number)


class ServerNetworks:
    """Attaching and detaching one server."""

    def __init__(self, connection: Connection, server_id: str) -> None:
        self._connection = connection
        self._path = f"/servers/{server_id}/actions"

    def attach(self, declared: Values) -> None:
        """POST attach_to_network, again while the server or the network is busy; being attached is good."""
        body: dict[str, Any] = {"network": network_number(declared)}
        body |= filled({"ip": declared.get("ip"), "alias_ips": declared.get("aliasIps")})
        if declared.get("subnetId"):
            body["ip_range"] = str(declared["subnetId"]).split("-", 1)[1]
        try:
            self._act("attach_to_network", body, _TRIED_AGAIN | {"no_subnet_available"})
        except ApiError as error:
            if error.code != "server_already_attached":
                raise

    def detach(self, network: int) -> None:
        """POST detach_from_network, again while busy; a network that is gone is good."""
        try:
            self._act("detach_from_network", {"network": network}, _TRIED_AGAIN)
        except ApiError as error:
            if error.code != "not_found":
                raise

    def change(self, attached: list[dict[str, Any]], declared: list[Values]) -> None:
        """Detach what is declared no more, move what has another address, attach what is new."""
        wanted = {network_number(item): item for item in declared}
        for place in attached:
            network = place["network"]
            item = wanted.pop(network, None)
            if item is None:
                self.detach(network)
            elif item.get("ip") and item["ip"] != place.get("ip"):
                self.detach(network)
                self.attach(item)
            elif "aliasIps" in item and set(item["aliasIps"]) != set(place.get("alias_ips") or []):
                self._act(
                    "change_alias_ips", {"network": network, "alias_ips": item["aliasIps"]}, frozenset()
                )
        for item in wanted.values():
            self.attach(item)

    def _act(self, verb: str, body: dict[str, Any], again: frozenset[str]) -> None:
        def worth_it(error: RemoteError) -> bool:
            return isinstance(error, ApiError) and error.code in again

        answer = retry(
            self._connection.waiter,
            TRIES,
            lambda: self._connection.api.post(f"{self._path}/{verb}", body),
            worth_it,
        )
        self._connection.actions(Family.SDK_V2).wait_each([answer.get("action")])
