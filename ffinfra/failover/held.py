"""What the two providers hold now, listed once a zone, and which of it a resource of the stack stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cloudflare
import hcloud
from cloudflare import Cloudflare
from hcloud import Client

from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.sources.hetzner import listed_rrsets
from ffinfra.network.api_endpoints import cloudflare_endpoint, hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.problems import OperationalError

ZONE_TYPE: Final = "hcloud:index/zone:Zone"
RRSET_TYPE: Final = "hcloud:index/zoneRrset:ZoneRrset"
RECORD_TYPE: Final = "cloudflare:index/dnsRecord:DnsRecord"
_RETRIES: Final = 5

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A resource that the program declares and the state lacks.

    Attributes:
        type: its type token.
        name: its name in the program.
        inputs: as the engine has them.
        protect: whether the program protects it.
        urn: the engine's name of it.
    """

    type: str
    name: str
    inputs: Inputs
    protect: bool
    urn: str


@dataclass(frozen=True, slots=True)
class Held:
    """What was found.

    Attributes:
        hetzner: zone -> names and types of its RRsets; a zone that is not there is missing.
        cloudflare: zone id -> its records, as the API gives them.
    """

    hetzner: Mapping[str, frozenset[tuple[str, str]]]
    cloudflare: Mapping[str, tuple[Mapping[str, Any], ...]]

    def identifier(self, wanted: Wanted) -> str | None:
        """The identifier by which the engine imports a resource; None for what is not there."""
        inputs = wanted.inputs
        match wanted.type:
            case "hcloud:index/zone:Zone":
                return str(inputs["name"]) if inputs["name"] in self.hetzner else None
            case "hcloud:index/zoneRrset:ZoneRrset":
                found = self.hetzner.get(inputs["zone"], frozenset())
                there = (inputs["name"], inputs["type"]) in found
                return f"{inputs['zone']}/{inputs['name']}/{inputs['type']}" if there else None
            case "cloudflare:index/dnsRecord:DnsRecord":
                records = self.cloudflare.get(inputs["zoneId"], ())
                same = next((one for one in records if _same_record(one, inputs)), None)
                return f"{inputs['zoneId']}/{same['id']}" if same is not None else None
            case _:
                return None


def list_held(wanted: Iterable[Wanted], environment: Mapping[str, str]) -> Held:
    """List the zones that the wanted resources are in.

    Raises:
        OperationalError: a token is missing, or an API refuses or does not answer.
    """
    wanted = tuple(wanted)
    at_hetzner = {one.inputs["zone"] for one in wanted if one.type == RRSET_TYPE}
    at_hetzner |= {one.inputs["name"] for one in wanted if one.type == ZONE_TYPE}
    at_cloudflare = {one.inputs["zoneId"] for one in wanted if one.type == RECORD_TYPE}
    return Held(
        _hetzner(sorted(at_hetzner), environment) if at_hetzner else {},
        _cloudflare(sorted(at_cloudflare), environment) if at_cloudflare else {},
    )


def _hetzner(
    zones: Iterable[str], environment: Mapping[str, str]
) -> Mapping[str, frozenset[tuple[str, str]]]:
    endpoint = hetzner_endpoint(environment)
    client = Client(
        token=_token(environment, "HCLOUD_TOKEN"), api_endpoint=endpoint, application_name="ffinfra"
    )
    held: dict[str, frozenset[tuple[str, str]]] = {}
    for zone in zones:
        try:
            found = listed_rrsets(client.zones.get(zone))
        except hcloud.APIException as error:
            if error.code != "not_found":
                raise OperationalError(
                    f"Hetzner does not list {zone}: {error}", "Check token and project"
                ) from error
        except (hcloud.HCloudException, OSError) as error:
            raise OperationalError(f"Hetzner does not list {zone}: {error}", "Try again") from error
        else:
            held[zone] = frozenset((str(one.name), str(one.type)) for one in found)
    return held


def _cloudflare(
    zone_ids: Iterable[str], environment: Mapping[str, str]
) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    base = cloudflare_endpoint(environment)
    token = _token(environment, "CLOUDFLARE_API_TOKEN")
    try:
        with Cloudflare(api_token=token, base_url=base, max_retries=_RETRIES) as client:
            return {
                zone_id: tuple(
                    one.to_dict() for one in client.dns.records.list(zone_id=zone_id, per_page=500)
                )
                for zone_id in zone_ids
            }
    except cloudflare.CloudflareError as error:
        raise OperationalError(
            f"Cloudflare does not list the records: {error}", "Check token and zone id"
        ) from error


def _same_record(record: Mapping[str, Any], inputs: Inputs) -> bool:
    """Name, type and value; a value in parts is compared by its parts, which the API names otherwise."""
    if (record.get("name"), record.get("type")) != (inputs["name"], inputs["type"]):
        return False
    if inputs.get("content") is not None:
        return record.get("content") == inputs["content"] or _says_the_same(record, inputs)
    found = {_plain(name): _part(part) for name, part in (record.get("data") or {}).items()}
    parts = {_plain(name): _part(part) for name, part in (inputs.get("data") or {}).items()}
    return bool(parts) and all(found.get(name) == part for name, part in parts.items())


def _says_the_same(record: Mapping[str, Any], inputs: Inputs) -> bool:
    """Whether both are answered alike: the API keeps a text with or without quotation marks, as it was entered."""
    try:
        return cloudflare_rrset(record).values == cloudflare_rrset(inputs).values
    except ValueError:
        return False


def _plain(name: str) -> str:
    """``key_tag`` of the API is ``keyTag`` of the engine."""
    return name.replace("_", "").lower()


def _part(value: object) -> str:
    """The API's client reads numbers as floats; digests know no case."""
    return f"{value:g}" if isinstance(value, int | float) else str(value).lower()


def _token(environment: Mapping[str, str], variable: str) -> str:
    token = api_token(environment, variable)
    if not token:
        raise OperationalError(f"{variable} is not set", "Export a token that may read the zones")
    return token
