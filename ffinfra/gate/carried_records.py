"""Records as resources carry them, read into RRsets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.names import canonical_name
from ffinfra.dns.records import RRset, make_rrset
from ffinfra.dns.zone_text import parse_content
from ffinfra.gate.digest import why_hidden

ZONE_CONTENT_TYPE = "freifunk:index:ZoneContent"
HETZNER_RRSET_TYPE = "hcloud:index/zoneRrset:ZoneRrset"
CLOUDFLARE_RECORD_TYPE = "cloudflare:index/dnsRecord:DnsRecord"
UPDATED_DELEGATION_TYPE = "freifunk:index:UpdatedDelegation"
MANUAL_DELEGATION_TYPE = "freifunk:index:ManualDelegation"


class Carrier(StrEnum):
    """Where records stand."""

    OWN = "own primary"
    HETZNER = "Hetzner DNS"
    CLOUDFLARE = "Cloudflare"
    PARENT_SERVER = "the parent's primary"
    REGISTRAR = "the parent's registrar"


Place = tuple[Carrier, str]
"""A zone at a carrier."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Records of one resource on one side of the change."""

    carrier: Carrier
    zone: str
    rrsets: tuple[RRset, ...]


def piece_of(kind: str, inputs: Mapping[str, Any] | None) -> Piece | None:
    """The records in a resource's inputs; None where it carries none.

    Raises:
        ValueError: a part is missing, not known, or of no known form; so do the errors of its base types.
        InvalidInputError: a zone's content is not canonical.
    """
    reader = READERS.get(kind)
    return reader(inputs) if reader and inputs is not None else None


def _zone_content(inputs: Mapping[str, Any]) -> Piece:
    origin = canonical_name(_known(inputs, "zone") + ("" if inputs["zone"].endswith(".") else "."))
    return Piece(Carrier.OWN, origin, parse_content(_known(inputs, "content"), origin))


def _hetzner(inputs: Mapping[str, Any]) -> Piece:
    origin = canonical_name(_known(inputs, "zone") + ".")
    name = _known(inputs, "name")
    owner = origin if name == "@" else f"{name}.{origin}"
    hidden = why_hidden(inputs["records"])
    if hidden:
        raise ValueError(f"its records are {hidden}, so they cannot be judged")
    values = [_known(record, "value") for record in inputs["records"]]
    rrset = make_rrset(owner, _known(inputs, "type"), int(inputs.get("ttl") or 0), values)
    return Piece(Carrier.HETZNER, origin, (rrset,))


def _cloudflare(inputs: Mapping[str, Any]) -> Piece:
    for key in ("name", "type", "content", "data", "priority", "ttl"):
        hidden = why_hidden(inputs.get(key))
        if hidden:
            raise ValueError(f"{key} is {hidden}, so its records cannot be judged")
    return Piece(Carrier.CLOUDFLARE, _known(inputs, "zoneId"), (cloudflare_rrset(inputs),))


def _delegation(inputs: Mapping[str, Any], carrier: Carrier) -> Piece:
    parent = canonical_name(_known(inputs, "parent"))
    return Piece(carrier, parent, parse_content(_known(inputs, "content"), parent))


def _known(inputs: Mapping[str, Any], key: str) -> str:
    value = inputs[key]
    hidden = why_hidden(value) or ("" if isinstance(value, str) else "no text")
    if hidden:
        raise ValueError(f"{key} is {hidden}, so its records cannot be judged")
    return str(value)


READERS: Mapping[str, Callable[[Mapping[str, Any]], Piece]] = {
    ZONE_CONTENT_TYPE: _zone_content,
    HETZNER_RRSET_TYPE: _hetzner,
    CLOUDFLARE_RECORD_TYPE: _cloudflare,
    UPDATED_DELEGATION_TYPE: partial(_delegation, carrier=Carrier.PARENT_SERVER),
    MANUAL_DELEGATION_TYPE: partial(_delegation, carrier=Carrier.REGISTRAR),
}
