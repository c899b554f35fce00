"""Firewalls: rules, and the servers they are applied to. No packet is ever filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.errors import refused
from ffinfra.lab.clouds.hetzner.firewall_rules import Rule, Rules
from ffinfra.lab.clouds.hetzner.firewall_targets import AppliedTo, apply_all, checked_servers
from ffinfra.lab.clouds.hetzner.listing import filtered, page

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


@dataclass(frozen=True, slots=True)
class Firewall:
    """A firewall and the numbers of the servers it is applied to."""

    id: int
    name: str
    labels: Mapping[str, str]
    created: str
    rules: tuple[Rule, ...] = ()
    servers: tuple[int, ...] = ()

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("firewall", self.id)

    def shape(self) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "labels": dict(self.labels),
            "created": self.created,
            "rules": [rule.shape() for rule in self.rules],
            "applied_to": [{"type": "server", "server": {"id": server}} for server in self.servers],
        }


class _Create(Body):
    name: Name
    labels: NewLabels
    rules: Rules = ()
    apply_to: tuple[AppliedTo, ...] = ()


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None


class _SetRules(Body):
    rules: Rules


def applied(cloud: HetznerCloud, server: int) -> list[Firewall]:
    """The firewalls of a server."""
    return [firewall for firewall in cloud.firewalls if server in firewall.servers]


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /firewalls; the answer has an action for the rules and one per server."""
    body = read_body(call, _Create)
    cloud.firewalls.check_name_is_free(body.name)
    rules = tuple(rule.checked() for rule in body.rules)
    firewall = Firewall(next(cloud.ids), body.name, body.labels, cloud.now())
    servers = checked_servers(cloud, firewall.id, body.apply_to)
    cloud.firewalls.put(firewall)
    actions = [
        await _set_rules(cloud, call, firewall, rules),
        *await apply_all(cloud, call, firewall.id, servers),
    ]
    return Answer(201, {"firewall": cloud.firewalls.get(firewall.id).shape(), "actions": actions})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /firewalls."""
    return page(call, "firewalls", filtered(call, cloud.firewalls), Firewall.shape)


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /firewalls/{id}."""
    return Answer(200, {"firewall": cloud.firewalls.get(call.params["id"]).shape()})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /firewalls/{id}."""
    firewall, body = cloud.firewalls.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.firewalls.check_name_is_free(body.name, except_for=firewall.id)
    changed = replace(
        firewall,
        name=firewall.name if body.name is None else body.name,
        labels=firewall.labels if body.labels is None else body.labels,
    )
    return Answer(200, {"firewall": cloud.firewalls.put(changed).shape()})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /firewalls/{id}; refused while it is applied."""
    firewall = cloud.firewalls.get(call.params["id"])
    if firewall.servers:
        raise refused("resource_in_use", "firewall is still applied to resources")
    cloud.firewalls.drop(firewall.id)
    return Answer(204)


async def set_rules(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /firewalls/{id}/actions/set_rules; an empty list removes all rules."""
    firewall, body = cloud.firewalls.get(call.params["id"]), read_body(call, _SetRules)
    rules = tuple(rule.checked() for rule in body.rules)
    return Answer(201, {"actions": [await _set_rules(cloud, call, firewall, rules)]})


async def _set_rules(
    cloud: HetznerCloud, call: Call, firewall: Firewall, rules: tuple[Rule, ...]
) -> JsonObject:
    action = await cloud.actions.start(
        "set_firewall_rules",
        [firewall.target],
        effect=lambda: cloud.firewalls.put(replace(firewall, rules=rules)),
        fate=call.fate,
    )
    return action.shape()
