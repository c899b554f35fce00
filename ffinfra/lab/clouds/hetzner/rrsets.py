"""RRsets of primary zones: the calls that make, read and delete them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, Fate, JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, not_found, protected, refused, uniqueness_error
from ffinfra.lab.clouds.hetzner.labels import selects
from ffinfra.lab.clouds.hetzner.listing import page, sorted_by_request
from ffinfra.lab.clouds.hetzner.publishing import publish, with_new_serial
from ffinfra.lab.clouds.hetzner.rrset_model import NewRrset, Rrset, checked_rrset
from ffinfra.lab.clouds.hetzner.zone_contents import checked_contents
from ffinfra.lab.clouds.hetzner.zones import Zone, zone_of

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_LARGEST_PAGE = 100


class _Update(Body):
    labels: Labels | None = None


def primary_zone_of(cloud: HetznerCloud, call: Call) -> Zone:
    """The zone of a call, if its records are kept here.

    Raises:
        HetznerError: ``not_found``, or ``incorrect_zone_mode`` for a secondary zone.
    """
    zone = zone_of(cloud, call)
    if zone.mode != "primary":
        raise refused("incorrect_zone_mode", "this operation is not supported for zones in secondary mode")
    return zone


def rrset_of(zone: Zone, call: Call) -> Rrset:
    """The RRset of a call.

    Raises:
        HetznerError: there is none.
    """
    key = (call.params["name"], call.params["type"])
    if key not in zone.rrsets:
        raise not_found("rrset", "/".join(key))
    return zone.rrsets[key]


def changeable_rrset_of(zone: Zone, call: Call) -> Rrset:
    """The RRset of a call, if it may be changed.

    Raises:
        HetznerError: there is none, or it is protected.
    """
    rrset = rrset_of(zone, call)
    if rrset.change_protected:
        raise protected("rrset", "change")
    return rrset


def with_rrset(zone: Zone, rrset: Rrset) -> Zone:
    """The zone with an RRset, new or changed.

    Raises:
        HetznerError: it does not go with the others.
    """
    return replace(zone, rrsets=checked_contents({**zone.rrsets, (rrset.name, rrset.type): rrset}))


def without_rrset(zone: Zone, rrset: Rrset) -> Zone:
    """The zone without an RRset.

    Raises:
        HetznerError: the zone cannot do without it.
    """
    if rrset.id in ("@/SOA", "@/NS"):
        raise invalid_input({"type": [f"the {rrset.type} records of the apex cannot be deleted"]})
    kept = {key: other for key, other in zone.rrsets.items() if other is not rrset}
    return replace(zone, rrsets=kept)


async def changed_zone(cloud: HetznerCloud, call: Call, command: str, zone: Zone) -> JsonObject:
    """Take over a changed zone and serve it; returns the action that says when it is served."""
    if call.fate is not Fate.FAIL:
        cloud.zones.put(with_new_serial(cloud, zone))
    action = await cloud.actions.start(
        command, [zone.target], work=lambda: publish(cloud, zone.id), fate=call.fate
    )
    return action.shape()


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones/{id_or_name}/rrsets.

    It exists even if its action is made to fail, as with the real API: the next try meets a 409.
    """
    zone, body = primary_zone_of(cloud, call), read_body(call, NewRrset)
    rrset = replace(checked_rrset(body, zone.name), created=cloud.now())
    if (rrset.name, rrset.type) in zone.rrsets:
        raise uniqueness_error("rrset", "name")
    cloud.zones.put(with_new_serial(cloud, with_rrset(zone, rrset)))
    action = await cloud.actions.start(
        "create_rrset", [zone.target], work=lambda: publish(cloud, zone.id), fate=call.fate
    )
    return Answer(201, {"rrset": rrset.shape(zone), "action": action.shape()})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /zones/{id_or_name}/rrsets, by name, types and labels; up to 100 a page."""
    zone = primary_zone_of(cloud, call)
    name, types = call.wanted("name"), call.all_wanted("type")
    chosen = [
        rrset
        for rrset in zone.rrsets.values()
        if name in (None, rrset.name) and (not types or rrset.type in types)
    ]
    if selector := call.wanted("label_selector"):
        wanted = selects(selector)
        chosen = [rrset for rrset in chosen if wanted(rrset.labels)]
    chosen = sorted_by_request(call, chosen, ("id", "name", "created"))
    return page(call, "rrsets", chosen, lambda rrset: rrset.shape(zone), largest=_LARGEST_PAGE)


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /zones/{id_or_name}/rrsets/{name}/{type}."""
    zone = primary_zone_of(cloud, call)
    return Answer(200, {"rrset": rrset_of(zone, call).shape(zone)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /zones/{id_or_name}/rrsets/{name}/{type}: labels only, which nobody serves."""
    zone, body = primary_zone_of(cloud, call), read_body(call, _Update)
    rrset = rrset_of(zone, call)
    changed = replace(rrset, labels=rrset.labels if body.labels is None else body.labels)
    cloud.zones.put(with_rrset(zone, changed))
    return Answer(200, {"rrset": changed.shape(zone)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /zones/{id_or_name}/rrsets/{name}/{type}."""
    zone = primary_zone_of(cloud, call)
    smaller = without_rrset(zone, changeable_rrset_of(zone, call))
    return Answer(201, {"action": await changed_zone(cloud, call, "delete_rrset", smaller)})
