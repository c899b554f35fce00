"""What a project at Hetzner holds: servers, addresses, keys, firewalls, zones. Only read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network

import hcloud
from hcloud import Client
from hcloud.firewalls import BoundFirewall
from hcloud.primary_ips import BoundPrimaryIP
from hcloud.servers import BoundServer
from hcloud.zones import BoundZone, BoundZoneRRSet

from ffinfra.adoption.found import FoundAddress, FoundKey, FoundServer, FoundZone, Holder, Living
from ffinfra.dns.sources.hetzner import DEFAULT_TTL, TRANSFERRED, listed_rrsets, rrsets_of
from ffinfra.network.api_endpoints import hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError

TOKEN = "HCLOUD_TOKEN"


def at_hetzner(environment: Mapping[str, str]) -> Living:
    """List everything; without a token nothing is asked, and that is told.

    Raises:
        OperationalError: the API refuses or does not answer, or the token is none.
    """
    token = api_token(environment, TOKEN)
    if not token:
        return Living(skipped=(f"Hetzner: {TOKEN} is not set",))
    endpoint = hetzner_endpoint(environment)
    client = Client(token=token, api_endpoint=endpoint, application_name="ffinfra")
    try:
        addresses = tuple(map(_address, client.primary_ips.get_all()))
        firewalls = client.firewalls.get_all()
        return Living(
            servers=tuple(_server(one, addresses) for one in client.servers.get_all()),
            addresses=addresses,
            keys=tuple(
                FoundKey(one.id or 0, one.name or "", (one.public_key or "").strip())
                for one in client.ssh_keys.get_all()
            ),
            groups=tuple(
                FoundKey(one.id or 0, one.name or "", one.name or "")
                for one in client.placement_groups.get_all()
            ),
            firewalls=tuple(FoundKey(one.id or 0, one.name or "", one.name or "") for one in firewalls),
            management=tuple(sorted({source for one in firewalls for source in _ssh_sources(one)})),
            zones=tuple(map(_zone, client.zones.get_all())),
        )
    except (hcloud.HCloudException, OSError) as error:
        raise OperationalError(
            f"Hetzner does not list what it holds: {error}", "Check token and project, then try again"
        ) from error


def _address(one: BoundPrimaryIP) -> FoundAddress:
    return FoundAddress(
        id=one.id or 0,
        name=one.name or "",
        network=ip_network(one.ip or "", strict=False),
        server=one.assignee_id if one.assignee_type == "server" else None,
        reverse={str(entry["ip"]): str(entry["dns_ptr"]) for entry in one.dns_ptr or []},
    )


def _server(one: BoundServer, addresses: Iterable[FoundAddress]) -> FoundServer:
    return FoundServer(
        id=one.id or 0,
        name=one.name or "",
        type=one.server_type.name or "" if one.server_type else "",
        location=one.location.name or "" if one.location else "",
        image=one.image.name if one.image else None,
        addresses=tuple(address for address in addresses if address.server == one.id),
    )


def _ssh_sources(firewall: BoundFirewall) -> Iterator[str]:
    """Where a rule that lets in TCP port 22 alone lets it in from; the whole Internet is nobody's prefix."""
    for rule in firewall.rules or []:
        if rule.direction == "in" and rule.protocol == "tcp" and rule.port == "22":
            yield from (one for one in rule.source_ips or [] if ip_network(one, strict=False).prefixlen)


def _zone(one: BoundZone) -> FoundZone:
    origin = f"{one.name}."
    listed = listed_rrsets(one)
    default = one.ttl or DEFAULT_TTL
    assigned = one.authoritative_nameservers.assigned if one.authoritative_nameservers else None
    return FoundZone(
        origin=origin,
        holder=Holder.HETZNER,
        identifier="",
        nameservers=tuple(sorted(name.rstrip(".") for name in assigned or [])),
        rrsets=rrsets_of(origin, listed, default),
        inherited_ttl=_inherited(listed, default),
        transferred=one.mode == TRANSFERRED,
    )


def _inherited(listed: Iterable[BoundZoneRRSet], default: int) -> int | None:
    """The zone's TTL where RRsets without their own have it, and none of the others does."""
    ours = [one for one in listed if (one.name, one.type) not in (("@", "SOA"), ("@", "NS"))]
    inherit = any(one.ttl is None for one in ours) and all(one.ttl != default for one in ours)
    return default if inherit else None
