"""Private networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, protected
from ffinfra.lab.clouds.hetzner.listing import filtered, page
from ffinfra.lab.clouds.hetzner.server_machines import changed_machines
from ffinfra.lab.clouds.hetzner.subnets import NewSubnet, Subnet, checked_subnet

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud
    from ffinfra.lab.clouds.hetzner.servers import Server

_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


@dataclass(frozen=True, slots=True)
class Network:
    """A network and its subnets; servers know to which networks they are attached."""

    id: int
    name: str
    ip_range: IPv4Network
    labels: Mapping[str, str]
    created: str
    subnets: tuple[Subnet, ...] = ()
    routes: tuple[tuple[str, str], ...] = ()
    expose_routes_to_vswitch: bool = False
    delete_protected: bool = False

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("network", self.id)

    def shape(self, cloud: HetznerCloud) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "ip_range": str(self.ip_range),
            "subnets": [subnet.shape(str(self.ip_range[1])) for subnet in self.subnets],
            "routes": [{"destination": to, "gateway": gateway} for to, gateway in self.routes],
            "servers": [server.id for server in attached(cloud, self.id)],
            "load_balancers": [],
            "protection": {"delete": self.delete_protected},
            "labels": dict(self.labels),
            "created": self.created,
            "expose_routes_to_vswitch": self.expose_routes_to_vswitch,
        }


class _Route(Body):
    destination: str
    gateway: str


class _Create(Body):
    name: Name
    ip_range: str
    labels: NewLabels
    subnets: tuple[NewSubnet, ...] = ()
    routes: tuple[_Route, ...] = ()
    expose_routes_to_vswitch: bool = False


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None
    expose_routes_to_vswitch: bool | None = None


class _Protection(Body):
    delete: bool | None = None


def attached(cloud: HetznerCloud, network: int) -> list[Server]:
    """The servers in a network."""
    return [server for server in cloud.servers if any(net.network == network for net in server.private)]


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /networks."""
    body = read_body(call, _Create)
    cloud.networks.check_name_is_free(body.name)
    network = Network(
        next(cloud.ids),
        body.name,
        _checked_range(body.ip_range),
        body.labels,
        cloud.now(),
        routes=tuple((route.destination, route.gateway) for route in body.routes),
        expose_routes_to_vswitch=body.expose_routes_to_vswitch,
    )
    for wanted in body.subnets:
        subnet = checked_subnet(cloud.catalogue, network.ip_range, network.subnets, wanted)
        network = replace(network, subnets=(*network.subnets, subnet))
    return Answer(201, {"network": cloud.networks.put(network).shape(cloud)})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /networks."""
    return page(call, "networks", filtered(call, cloud.networks), lambda network: network.shape(cloud))


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /networks/{id}."""
    return Answer(200, {"network": cloud.networks.get(call.params["id"]).shape(cloud)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /networks/{id}."""
    network, body = cloud.networks.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.networks.check_name_is_free(body.name, except_for=network.id)
    expose = body.expose_routes_to_vswitch
    changed = replace(
        network,
        name=network.name if body.name is None else body.name,
        labels=network.labels if body.labels is None else body.labels,
        expose_routes_to_vswitch=network.expose_routes_to_vswitch if expose is None else expose,
    )
    return Answer(200, {"network": cloud.networks.put(changed).shape(cloud)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /networks/{id}; servers are detached."""
    network = cloud.networks.get(call.params["id"])
    if network.delete_protected:
        raise protected("network", "delete")
    members = attached(cloud, network.id)
    for server in members:
        rest = tuple(net for net in server.private if net.network != network.id)
        cloud.servers.put(replace(server, private=rest))
    cloud.networks.drop(network.id)
    await changed_machines(cloud, [server.id for server in members])
    return Answer(204)


async def change_protection(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /networks/{id}/actions/change_protection."""
    network, body = cloud.networks.get(call.params["id"]), read_body(call, _Protection)
    wanted = network.delete_protected if body.delete is None else body.delete
    action = await cloud.actions.start(
        "change_protection",
        [network.target],
        effect=lambda: cloud.networks.put(replace(network, delete_protected=wanted)),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _checked_range(text: str) -> IPv4Network:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        raise invalid_input({"ip_range": [str(error)]}) from None
    if not any(network.subnet_of(private) for private in _PRIVATE):
        raise invalid_input({"ip_range": ["must be part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"]})
    return network
