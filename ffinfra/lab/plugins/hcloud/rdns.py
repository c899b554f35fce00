"""``hcloud:index/rdns:Rdns``: the PTR of an address; its id is like p-5-192.0.2.1."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud.errors import ApiError
from ffinfra.lab.plugins.hcloud.hcloud_type import FrameworkType, by_id, refused_address, token_of
from ffinfra.lab.plugins.remote import StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.properties import Value
from ffinfra.provider.resource_type import Refusal

_NOT_IN_THE_LAB: Final = "the lab has neither floating IPs nor load balancers"


@dataclass(frozen=True, slots=True)
class Owner:
    """What an address can belong to."""

    prefix: str
    input: str
    path: str
    key: str
    words: str


OWNERS: Final = (
    Owner("s", "serverId", "/servers", "server", "server"),
    Owner("p", "primaryIpId", "/primary_ips", "primary_ip", "primary ip"),
)


def _canonical(value: Value) -> Value:
    return value if refused_address(value) else str(ipaddress.ip_address(value))


class Rdns(FrameworkType):
    """Only the name can be changed. Deleting sets it to null, also when another Rdns has just set it."""

    token = token_of("Rdns")
    fields: ClassVar[Fields] = {
        "dnsPtr": Field(required=True),
        "ipAddress": Field(required=True, replaces=True, stored=_canonical, refusal=refused_address),
        "serverId": Field(kind=Kind.WHOLE, replaces=True),
        "primaryIpId": Field(kind=Kind.WHOLE, replaces=True),
        "floatingIpId": Field(kind=Kind.WHOLE, replaces=True, unsupported=_NOT_IN_THE_LAB),
        "loadBalancerId": Field(kind=Kind.WHOLE, replaces=True, unsupported=_NOT_IN_THE_LAB),
    }

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """It has one owner."""
        if ("serverId" in values) == ("primaryIpId" in values):
            yield Refusal("primaryIpId", "exactly one of serverId and primaryIpId must be given")

    def make(self, plan: Values, born: Born) -> Values:
        """GET the owner, POST change_dns_ptr, wait; not read back."""
        owner = next(owner for owner in OWNERS if plan.get(owner.input))
        number, address = plan[owner.input], plan["ipAddress"]
        if by_id(self.api, owner.path, owner.key, str(number)) is None:
            raise StandInError(f"Resource not found: Resource ({owner.words}) was not found: id={number}")
        self._set(owner, number, address, plan["dnsPtr"])
        outputs = _outputs(owner, number, address, plan["dnsPtr"])
        born(outputs["id"])
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """GET the owner and find the address in it."""
        del state
        owner, number, address = _parsed(resource_id)
        found = by_id(self.api, owner.path, owner.key, str(number))
        pointer = _pointer(found, address) if found else None
        if pointer is None:
            return None
        outputs = _outputs(owner, number, address, pointer)
        return outputs["id"], outputs

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """POST change_dns_ptr, wait; not read back."""
        del state
        owner, number, address = _parsed(resource_id)
        if "dnsPtr" in changed:
            self._set(owner, number, address, plan["dnsPtr"])
        return _outputs(owner, number, address, plan["dnsPtr"])

    def remove(self, resource_id: str, state: Values) -> None:
        """POST change_dns_ptr with null; an owner that is gone is good."""
        del state
        try:
            self._set(*_parsed(resource_id), None)
        except ApiError as error:
            if error.code != "not_found":
                raise

    def _set(self, owner: Owner, number: int, address: str, pointer: str | None) -> None:
        path = f"{owner.path}/{number}/actions/change_dns_ptr"
        self.actions.settle([self.api.post(path, {"ip": address, "dns_ptr": pointer}).get("action")])


def _parsed(resource_id: str) -> tuple[Owner, int, str]:
    """Owner, its number and the address of an id; raises StandInError for a bad one."""
    parts = resource_id.split("-", 2)
    owners = {owner.prefix: owner for owner in OWNERS}
    if len(parts) != 3 or parts[0] not in owners or not parts[1].isdecimal() or refused_address(parts[2]):
        form = "$RESOURCE_PREFIX-$RESOURCE_ID-$IP_ADDRESS"
        raise StandInError(f"Invalid ID: Unexpected id '{resource_id}', expected '{form}'")
    return owners[parts[0]], int(parts[1]), _canonical(parts[2])


def _pointer(owner: dict[str, Any], address: str) -> str | None:
    """The name that the API has for the address, None where it has none."""
    listed = owner.get("dns_ptr") or []
    public = owner.get("public_net")
    if public is not None:
        ipv4 = public.get("ipv4") or {}
        if ipv4.get("ip") and _canonical(ipv4["ip"]) == address:
            return str(ipv4.get("dns_ptr") or "")
        listed = (public.get("ipv6") or {}).get("dns_ptr") or []
    return next((item["dns_ptr"] for item in listed if _canonical(item["ip"]) == address), None)


def _outputs(owner: Owner, number: int, address: str, pointer: str) -> Values:
    return {
        "id": f"{owner.prefix}-{number}-{address}",
        owner.input: number,
        "ipAddress": address,
        "dnsPtr": pointer,
    }
