"""DNS zones: what they are, and the calls that make, read and delete them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.actions import Target
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, not_found, protected
from ffinfra.lab.clouds.hetzner.listing import filtered, page
from ffinfra.lab.clouds.hetzner.publishing import first_rrsets, publish, with_new_serial, zone_status
from ffinfra.lab.clouds.hetzner.rrset_model import NewRrset, Rrset, Ttl, checked_rrset
from ffinfra.lab.clouds.hetzner.transfers import NewPrimary, Primary, checked_primaries
from ffinfra.lab.clouds.hetzner.zone_contents import checked_contents
from ffinfra.lab.clouds.hetzner.zone_files import read_zone_file
from ffinfra.lab.clouds.host_names import is_registrable, is_zone_name

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

RrsetKey = tuple[str, str]
"""Name and type of an RRset."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone. A primary one has RRsets and a serial, a secondary one has primaries."""

    id: int
    name: str
    mode: Literal["primary", "secondary"]
    ttl: int
    labels: Mapping[str, str]
    created: str
    rrsets: Mapping[RrsetKey, Rrset]
    primaries: tuple[Primary, ...] = ()
    serial: int = 0
    delete_protected: bool = False

    @property
    def target(self) -> Target:
        """As an action names it."""
        return Target("zone", self.id)

    async def shape(self, cloud: HetznerCloud) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "mode": self.mode,
            "ttl": self.ttl,
            "labels": dict(self.labels),
            "created": self.created,
            "status": await zone_status(cloud, self),
            "record_count": sum(len(rrset.records) for rrset in self.rrsets.values()),
            "registrar": "unknown",
            "protection": {"delete": self.delete_protected},
            "primary_nameservers": [primary.shape() for primary in self.primaries],
            "authoritative_nameservers": {
                "assigned": [f"{nameserver.name}." for nameserver in cloud.settings.nameservers],
                "delegated": [],
                "delegation_last_check": None,
                "delegation_status": "unknown",
            },
        }


class _Create(Body):
    name: Annotated[str, Field(max_length=255)]
    mode: Literal["primary", "secondary"]
    ttl: Ttl = 3600
    labels: NewLabels
    primary_nameservers: tuple[NewPrimary, ...] = ()
    rrsets: tuple[NewRrset, ...] = ()
    zonefile: str | None = None


class _Update(Body):
    labels: Labels | None = None


def zone_of(cloud: HetznerCloud, call: Call) -> Zone:
    """The zone of a call, by number or name.

    Raises:
        HetznerError: there is none.
    """
    found = cloud.zones.find(call.params["zone"])
    if found is None:
        raise not_found("zone", call.params["zone"])
    return found


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /zones; a primary zone starts with SOA and NS, and with what is given as rrsets or zonefile."""
    body = read_body(call, _Create)
    _check_name(cloud, body.name)
    zone = Zone(next(cloud.ids), body.name, body.mode, body.ttl, body.labels, cloud.now(), {})
    if body.mode == "secondary":
        zone = replace(zone, primaries=checked_primaries(body.primary_nameservers))
    else:
        zone = with_new_serial(cloud, _filled(cloud, zone, body))
    cloud.zones.put(zone)
    action = await cloud.actions.start(
        "create_zone", [zone.target], work=lambda: publish(cloud, zone.id), fate=call.fate
    )
    return Answer(201, {"zone": await cloud.zones.get(zone.id).shape(cloud), "action": action.shape()})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /zones, also by mode."""
    mode = call.wanted("mode")
    zones = [zone for zone in filtered(call, cloud.zones) if mode in (None, zone.mode)]
    shapes = {zone.id: await zone.shape(cloud) for zone in zones}
    return page(call, "zones", zones, lambda zone: shapes[zone.id])


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /zones/{id_or_name}."""
    return Answer(200, {"zone": await zone_of(cloud, call).shape(cloud)})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /zones/{id_or_name}: labels only."""
    zone, body = zone_of(cloud, call), read_body(call, _Update)
    changed = cloud.zones.put(replace(zone, labels=zone.labels if body.labels is None else body.labels))
    return Answer(200, {"zone": await changed.shape(cloud)})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /zones/{id_or_name}."""
    zone = zone_of(cloud, call)
    if zone.delete_protected:
        raise protected("zone", "delete")
    action = await cloud.actions.start(
        "delete_zone",
        [zone.target],
        effect=lambda: cloud.zones.drop(zone.id),
        work=lambda: publish(cloud, zone.id, zone.name),
        fate=call.fate,
    )
    return Answer(201, {"action": action.shape()})


def _check_name(cloud: HetznerCloud, name: str) -> None:
    if not is_zone_name(name):
        raise invalid_input({"name": ["must be a domain name in lower case, without a dot at its end"]})
    if not is_registrable(name, cloud.settings.public_suffixes):
        raise invalid_input(
            {"name": ["must be one label below a public suffix: subdomains are not supported"]}
        )
    cloud.zones.check_name_is_free(name)


def _filled(cloud: HetznerCloud, zone: Zone, body: _Create) -> Zone:
    if body.zonefile is not None:
        if body.rrsets:
            raise invalid_input({"rrsets": ["must be empty if a zonefile is given"]})
        return read_zone_file(cloud, zone, body.zonefile)
    rrsets = dict(first_rrsets(cloud, zone))
    for wanted in body.rrsets:
        rrset = checked_rrset(wanted, zone.name)
        if (rrset.name, rrset.type) in rrsets and rrset.type not in ("NS", "SOA"):
            raise invalid_input({"rrsets": [f"{rrset.name}/{rrset.type} is given twice"]})
        rrsets[rrset.name, rrset.type] = rrset
    return replace(zone, rrsets=checked_contents(rrsets))
