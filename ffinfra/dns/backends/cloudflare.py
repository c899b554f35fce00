"""A zone as Cloudflare's API wants it: single records, names without final dot, values often taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.backends.refusals import carried_rrsets
from ffinfra.dns.records import RRset, Zone
from ffinfra.dns.values import to_rdata

Data = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class CloudflareRecord:
    """The arguments of one cloudflare DnsRecord; proxying is off.

    Attributes:
        name: the full name without the final dot.
        type: the record type.
        ttl: seconds; never 1, which means "automatic" there.
        content: the value, for types that the API takes as text.
        priority: for MX, SRV and URI; the API returns it at the top level, where its absence would be a
            difference after each refresh.
        data: the value's parts, for types that the API takes apart.
    """

    name: str
    type: str
    ttl: int
    content: str | None = None
    priority: int | None = None
    data: Data | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """How one value is handed over."""

    content: str | None = None
    priority: int | None = None
    data: Data | None = None


def cloudflare_records(zone: Zone) -> tuple[CloudflareRecord, ...]:
    """The records to declare in a zone at Cloudflare; check ``refusals`` first.

    SOA and apex NS are Cloudflare's own and left out.

    Raises:
        ValueError: a record is of a type that Cloudflare does not have.
    """
    return tuple(
        cloudflare_record(rrset, value)
        for rrset in carried_rrsets(zone, Backend.CLOUDFLARE)
        for value in rrset.values
    )


def cloudflare_record(rrset: RRset, text: str) -> CloudflareRecord:
    """One value of an RRset as a record.

    Raises:
        ValueError: the type is one that Cloudflare does not have.
    """
    form = _FORMS.get(rrset.type)
    if form is None:
        raise ValueError(f"{rrset.key}: Cloudflare has no type {rrset.type}")
    value = form(text)
    return CloudflareRecord(
        _bare(rrset.owner), rrset.type, rrset.ttl, value.content, value.priority, value.data
    )


def _bare(name: str) -> str:
    """A name without its final dot; the root stays."""
    return name if name == "." else name.removesuffix(".")


def _text(text: str) -> _Value:
    return _Value(content=text)


def _name(text: str) -> _Value:
    return _Value(content=_bare(text))


def _mx(text: str) -> _Value:
    preference, exchange = text.split(" ")
    return _Value(content=_bare(exchange), priority=int(preference))


def _uri(text: str) -> _Value:
    rdata: Any = to_rdata("URI", text)
    data = {"weight": rdata.weight, "target": _plain(rdata.target)}
    return _Value(priority=rdata.priority, data=MappingProxyType(data))


def _parts(text: str, rdtype: str, fields: Mapping[str, str], top: str | None = None) -> _Value:
    """Take a value apart: API field -> field of dnspython's rdata."""
    rdata = to_rdata(rdtype, text)
    data = {field: _plain(getattr(rdata, attribute)) for field, attribute in fields.items()}
    priority = data[top] if top is not None else None
    return _Value(data=MappingProxyType(data), priority=priority if isinstance(priority, int) else None)


def _plain(value: object) -> str | int | float:
    if isinstance(value, int):
        return int(value)
    return value.decode("ascii") if isinstance(value, bytes) else _bare(str(value))


def _split(text: str, fields: tuple[str, ...]) -> _Value:
    """Take a value apart at its blanks; the last field gets the rest, names lose their final dot."""
    words = text.split(" ", len(fields) - 1)
    words += [""] * (len(fields) - len(words))
    data = {
        field: _bare(word)
        if field == "target"
        else int(word)
        if word.isdigit() and field in _NUMBERS
        else word
        for field, word in zip(fields, words, strict=True)
    }
    return _Value(data=MappingProxyType(data))


def _cert(text: str) -> _Value:
    rdata: Any = to_rdata("CERT", text)
    data: dict[str, str | int | float] = {
        "type": int(rdata.certificate_type),
        "key_tag": rdata.key_tag,
        "algorithm": int(rdata.algorithm),
        "certificate": text.rsplit(" ", 1)[1],
    }
    return _Value(data=MappingProxyType(data))


def _loc(text: str) -> _Value:
    rdata: Any = to_rdata("LOC", text)
    data: dict[str, str | int | float] = {}
    for prefix, coordinate, directions in (("lat", rdata.latitude, "NS"), ("long", rdata.longitude, "EW")):
        degrees, minutes, seconds, milliseconds, sign = coordinate
        data[f"{prefix}_degrees"] = degrees
        data[f"{prefix}_minutes"] = minutes
        data[f"{prefix}_seconds"] = seconds + milliseconds / 1000
        data[f"{prefix}_direction"] = directions[0 if sign > 0 else 1]
    data["altitude"] = rdata.altitude / 100
    data["size"] = rdata.size / 100
    data["precision_horz"] = rdata.horizontal_precision / 100
    data["precision_vert"] = rdata.vertical_precision / 100
    return _Value(data=MappingProxyType(data))


_NUMBERS: Final = frozenset(
    [
        "priority",
        "flags",
        "protocol",
        "algorithm",
        "key_tag",
        "digest_type",
        "usage",
        "selector",
        "matching_type",
        "type",
    ]
)
_SERVICE = ("priority", "target", "value")
_CERTIFICATE = ("usage", "selector", "matching_type", "certificate")
_FORMS: Final[Mapping[str, Callable[[str], _Value]]] = {
    "A": _text,
    "AAAA": _text,
    "TXT": _text,
    "OPENPGPKEY": _text,
    "CNAME": _name,
    "NS": _name,
    "PTR": _name,
    "MX": _mx,
    "SRV": partial(
        _parts,
        rdtype="SRV",
        fields={"priority": "priority", "weight": "weight", "port": "port", "target": "target"},
        top="priority",
    ),
    "URI": _uri,
    "CAA": partial(_parts, rdtype="CAA", fields={"flags": "flags", "tag": "tag", "value": "value"}),
    "NAPTR": partial(
        _parts,
        rdtype="NAPTR",
        fields={
            "order": "order",
            "preference": "preference",
            "flags": "flags",
            "service": "service",
            "regex": "regexp",
            "replacement": "replacement",
        },
    ),
    "HTTPS": partial(_split, fields=_SERVICE),
    "SVCB": partial(_split, fields=_SERVICE),
    "DS": partial(_split, fields=("key_tag", "algorithm", "digest_type", "digest")),
    "DNSKEY": partial(_split, fields=("flags", "protocol", "algorithm", "public_key")),
    "TLSA": partial(_split, fields=_CERTIFICATE),
    "SMIMEA": partial(_split, fields=_CERTIFICATE),
    "SSHFP": partial(_split, fields=("algorithm", "type", "fingerprint")),
    "CERT": _cert,
    "LOC": _loc,
}
