"""Primary IPs: public addresses that outlive servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.catalogue import offered
from ffinfra.lab.clouds.hetzner.errors import invalid_input, protected, refused
from ffinfra.lab.clouds.hetzner.listing import filtered, page
from ffinfra.lab.clouds.hetzner.rdns import pointers

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

Version = Literal["ipv4", "ipv6"]


@dataclass(frozen=True, slots=True)
class PrimaryIp:
    """An address (IPv4) or a /64 (IPv6), the server that holds it, and the reverse names that were set."""

    id: int
    name: str
    type: Version
    ip: str
    location: str
    labels: Mapping[str, str]
    created: str
    auto_delete: bool
    server: int | None = None
    delete_protected: bool = False
    dns_ptr: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("primary_ip", self.id)

    def shape(self, cloud: HetznerCloud) -> JsonObject:
        """As the API shows it."""
        location = offered(cloud.catalogue.locations, self.location)
        assert location is not None
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "ip": self.ip,
            "location": location.shape(),
            "labels": dict(self.labels),
            "created": self.created,
            "auto_delete": self.auto_delete,
            "assignee_id": self.server,
            "assignee_type": "server",
            "blocked": False,
            "protection": {"delete": self.delete_protected},
            "dns_ptr": pointers(self),
        }


class _Create(Body):
    name: Name
    type: Version
    labels: NewLabels
    auto_delete: bool = False
    location: str | int | None = None
    assignee_type: Literal["server"] = "server"
    assignee_id: int | None = None


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None
    auto_delete: bool | None = None


class _Assign(Body):
    assignee_id: int
    assignee_type: Literal["server"]


class _Protection(Body):
    delete: bool | None = None


def new(cloud: HetznerCloud, name: str, version: Version, location: str, *, auto_delete: bool) -> PrimaryIp:
    """Make a primary IP that nobody holds yet."""
    address = cloud.addresses.take(name, version)
    ip = PrimaryIp(
        next(cloud.ids), name, version, address, location, {}, cloud.now(), auto_delete=auto_delete
    )
    return cloud.primary_ips.put(ip)


def held_by(cloud: HetznerCloud, server: int) -> list[PrimaryIp]:
    """The primary IPs of a server, IPv4 first."""
    return sorted((ip for ip in cloud.primary_ips if ip.server == server), key=lambda ip: ip.type)


def remove(cloud: HetznerCloud, ip: PrimaryIp) -> None:
    """Remove a primary IP and give its address back."""
    cloud.primary_ips.drop(ip.id)
    cloud.addresses.release(ip.ip)


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /primary_ips; with an assignee the answer has an action."""
    body = read_body(call, _Create)
    cloud.primary_ips.check_name_is_free(body.name)
    if body.assignee_id is None:
        location = None if body.location is None else offered(cloud.catalogue.locations, body.location)
        if location is None:
            raise invalid_input({"location": [f"no location {body.location!r}"]})
        place = location.name
    else:
        place = cloud.servers.get(body.assignee_id).location
        _check_server_takes(cloud, body.assignee_id, body.type, place)
    ip = new(cloud, body.name, body.type, place, auto_delete=body.auto_delete)
    ip = cloud.primary_ips.put(replace(ip, labels=body.labels))
    answer: JsonObject = {"action": None}
    if body.assignee_id is not None:
        answer["action"] = await _assigned(cloud, call, ip, body.assignee_id)
    return Answer(201, answer | {"primary_ip": cloud.primary_ips.get(ip.id).shape(cloud)})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /primary_ips, also by address."""
    wanted = call.wanted("ip")
    ips = [ip for ip in filtered(call, cloud.primary_ips) if wanted in (None, ip.ip, ip.ip.split("/")[0])]
    return page(call, "primary_ips", ips, lambda ip: ip.shape(cloud))


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /primary_ips/{id}."""
    return Answer(200, {"primary_ip": cloud.primary_ips.get(call.params["id"]).shape(cloud)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /primary_ips/{id}; an empty body changes nothing."""
    ip, body = cloud.primary_ips.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.primary_ips.check_name_is_free(body.name, except_for=ip.id)
    changed = replace(
        ip,
        name=ip.name if body.name is None else body.name,
        labels=ip.labels if body.labels is None else body.labels,
        auto_delete=ip.auto_delete if body.auto_delete is None else body.auto_delete,
    )
    return Answer(200, {"primary_ip": cloud.primary_ips.put(changed).shape(cloud)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /primary_ips/{id}; it has to be unassigned first (since May 2026)."""
    ip = cloud.primary_ips.get(call.params["id"])
    if ip.delete_protected:
        raise protected("primary ip", "delete")
    if ip.server is not None:
        raise refused("must_be_unassigned", "primary ip must be unassigned before it is deleted")
    remove(cloud, ip)
    return Answer(204)


async def assign(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /primary_ips/{id}/actions/assign; the server has to be off."""
    ip, body = cloud.primary_ips.get(call.params["id"]), read_body(call, _Assign)
    if ip.server is not None:
        raise refused("primary_ip_already_assigned", "primary ip is already assigned to a server")
    _check_server_takes(cloud, body.assignee_id, ip.type, ip.location)
    return Answer(201, {"action": await _assigned(cloud, call, ip, body.assignee_id)})


async def unassign(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /primary_ips/{id}/actions/unassign; the server has to be off."""
    ip = cloud.primary_ips.get(call.params["id"])
    if ip.server is None:
        raise refused("primary_ip_not_assigned", "primary ip is not assigned")
    cloud.servers.get(ip.server).check_off()
    action = await cloud.actions.start(
        "unassign_primary_ip",
        [Target("server", ip.server), ip.target],
        effect=lambda: cloud.primary_ips.put(replace(ip, server=None)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /primary_ips/{id}/actions/change_protection."""
    ip, body = cloud.primary_ips.get(call.params["id"]), read_body(call, _Protection)
    wanted = ip.delete_protected if body.delete is None else body.delete
    action = await cloud.actions.start(
        "change_protection",
        [ip.target],
        effect=lambda: cloud.primary_ips.put(replace(ip, delete_protected=wanted)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _check_server_takes(cloud: HetznerCloud, number: int, version: Version, location: str) -> None:
    server = cloud.servers.get(number)
    server.check_off()
    if any(held.type == version for held in held_by(cloud, number)):
        raise refused(f"server_has_{version}", f"server already has an {version} address")
    if server.location != location:
        raise refused("primary_ip_datacenter_mismatch", "primary ip and server are in different locations")


async def _assigned(cloud: HetznerCloud, call: Call, ip: PrimaryIp, server: int) -> JsonObject:
    action = await cloud.actions.start(
        "assign_primary_ip",
        [Target("server", server), ip.target],
        effect=lambda: cloud.primary_ips.put(replace(ip, server=server)),
        fate=call.fate,
    )
    return action.shape()
