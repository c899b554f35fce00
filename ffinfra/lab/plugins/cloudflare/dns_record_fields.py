"""The properties of a DNS record (terraform-provider-cloudflare 5, dns_record/schema.go)."""

from __future__ import annotations

from typing import Final

from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.provider.properties import Value

TYPES: Final = (
    *("A", "AAAA", "CAA", "CERT", "CNAME", "DNSKEY", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS", "OPENPGPKEY"),
    *("PTR", "SMIMEA", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URI"),
)

_TEXTS: Final = (
    *("certificate", "digest", "fingerprint", "latDirection", "longDirection", "publicKey", "regex"),
    *("replacement", "service", "tag", "target", "value"),
)

_NUMBERS: Final = (
    *("algorithm", "altitude", "digestType", "keyTag", "latDegrees", "latMinutes", "latSeconds"),
    *("longDegrees", "longMinutes", "longSeconds", "matchingType", "order", "port", "precisionHorz"),
    *("precisionVert", "preference", "priority", "protocol", "selector", "size", "type", "usage", "weight"),
)


def _number_of_text(value: Value) -> Value:
    """Flags may be written ``0`` or ``"0"``."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _refused_priority(value: Value) -> str:
    return "" if 0 <= value <= 65535 else f"must be between 0 and 65535, not {value}"


def _refused_type(value: Value) -> str:
    return "" if str(value).upper() in TYPES else f"must be one of {', '.join(TYPES)}, not {value!r}"


def _switch() -> Field:
    return Field(kind=Kind.TRUTH, computed=True)


DATA: Final = Field(
    kind=Kind.OBJECT,
    members={
        "flags": Field(kind=Kind.ANY, stored=_number_of_text),
        **{key: Field() for key in _TEXTS},
        **{key: Field(kind=Kind.NUMBER) for key in _NUMBERS},
    },
)

SETTINGS: Final = Field(
    kind=Kind.OBJECT,
    members={"ipv4Only": _switch(), "ipv6Only": _switch(), "flattenCname": _switch()},
    computed=True,
    stable=True,
)

FIELDS: Final[Fields] = {
    "zoneId": Field(required=True, replaces=True),
    "name": Field(required=True),
    "type": Field(required=True, replaces=True, refusal=_refused_type),
    "ttl": Field(kind=Kind.NUMBER, required=True),
    "content": Field(computed=True, stable=True),
    "data": DATA,
    "priority": Field(kind=Kind.NUMBER, refusal=_refused_priority),
    "comment": Field(),
    "proxied": Field(kind=Kind.TRUTH, default=False),
    "privateRouting": Field(kind=Kind.TRUTH),
    "includeShadowMetadata": Field(
        kind=Kind.TRUTH,
        computed=True,
        stable=True,
        unsupported="its source was not at hand, so what it asks of the API is not known",
    ),
    "settings": SETTINGS,
    "tags": Field(kind=Kind.SET, element=Field(), computed=True, stable=True),
    "meta": Field(output_only=True, stable=True),
    "proxiable": Field(kind=Kind.TRUTH, output_only=True, stable=True),
    "createdOn": Field(output_only=True, stable=True),
    "modifiedOn": Field(output_only=True),
    "commentModifiedOn": Field(output_only=True, stable=True),
    "tagsModifiedOn": Field(output_only=True, stable=True),
}
