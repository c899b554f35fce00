"""A zone as Hetzner's API holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dns.exception
import dns.name
import dns.rdata
import hcloud
from hcloud import Client
from hcloud.zones import BoundZone, BoundZoneRRSet

from ffinfra.dns.records import RRset, make_rrset, sort_rrsets
from ffinfra.dns.values import IN, rdata_text
from ffinfra.network.api_endpoints import hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError

TRANSFERRED = "secondary"
"""The mode of a zone that Hetzner has by transfer."""

DEFAULT_TTL = 3600
"""Seconds; of a zone that says none."""


def read_hetzner(zone: str, environment: Mapping[str, str]) -> tuple[RRset, ...]:
    """All RRsets, the SOA among them.

    Args:
        zone: the zone's canonical name.
        environment: with HCLOUD_TOKEN, and HCLOUD_ENDPOINT where it is not Hetzner's own.

    Raises:
        OperationalError: the API refuses, does not answer, or holds something unknown.
    """
    token = api_token(environment, "HCLOUD_TOKEN")
    if not token:
        raise OperationalError("HCLOUD_TOKEN is not set", "Export a token of the project that holds the zone")
    client = Client(token=token, api_endpoint=hetzner_endpoint(environment), application_name="ffinfra")
    try:
        found = client.zones.get(zone.rstrip("."))
        if found.mode == TRANSFERRED:
            raise OperationalError(
                f"Hetzner transfers {zone} and lists no records of it",
                "Import it from its primary, with --axfr",
            )
        rrsets = found.get_rrset_all()
    except (hcloud.HCloudException, OSError) as error:
        raise OperationalError(
            f"Hetzner does not give {zone}: {error}", "Check token, project and name"
        ) from error
    return rrsets_of(zone, rrsets, found.ttl or DEFAULT_TTL)


def listed_rrsets(zone: BoundZone) -> list[BoundZoneRRSet]:
    """The RRsets of a zone that are written there; none where Hetzner transfers it, as its API lists none then."""
    return [] if zone.mode == TRANSFERRED else zone.get_rrset_all()


def rrsets_of(zone: str, listed: Iterable[BoundZoneRRSet], default_ttl: int) -> tuple[RRset, ...]:
    """What the API listed of a zone as RRsets; those without a TTL of their own have the zone's.

    Raises:
        OperationalError: something in it is unknown.
    """
    try:
        return sort_rrsets(
            make_rrset(
                zone if one.name == "@" else f"{one.name}.{zone}",
                str(one.type),
                one.ttl or default_ttl,
                [_absolute(str(one.type), record.value or "", zone) for record in one.records or []],
            )
            for one in listed
        )
    except ValueError as error:
        raise OperationalError(
            f"Hetzner holds something in {zone} that is not understood: {error}", "Look at its console"
        ) from error


def _absolute(rdtype: str, value: str, zone: str) -> str:
    """A value with its names made absolute: Hetzner takes them relative to the zone, as a master file does.

    What is no value of the type is given back as it is, to be told with the record.
    """
    try:
        return rdata_text(dns.rdata.from_text(IN, rdtype, value, dns.name.from_text(zone), relativize=False))
    except (dns.exception.DNSException, ValueError):
        return value
