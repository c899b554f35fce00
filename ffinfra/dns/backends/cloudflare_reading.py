"""Cloudflare's records back into RRsets: what an API answer or a resource's inputs say in DNS terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ffinfra.dns.records import RRset, make_rrset

AUTOMATIC_TTL: Final = 300
"""Seconds that Cloudflare serves where a record's TTL is 1, "automatic" (its API reference, DNS records)."""

_FROM_DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "SRV": ("priority", "weight", "port", "target"),
    "CAA": ("flags", "tag", "value"),
    "DS": ("key_tag", "algorithm", "digest_type", "digest"),
    "SSHFP": ("algorithm", "type", "fingerprint"),
    "TLSA": ("usage", "selector", "matching_type", "certificate"),
}
_NAMES: Final = frozenset({"CNAME", "NS", "PTR"})


def cloudflare_rrset(record: Mapping[str, Any]) -> RRset:
    """The RRset of one record, to be united with those of the same name and type.

    Args:
        record: name, type, ttl and content, priority or data; keys in camel case or with underscores.

    Raises:
        ValueError: a part is missing or of no known form.
    """
    rdtype, name = record.get("type"), record.get("name")
    if not isinstance(rdtype, str) or not isinstance(name, str):
        raise ValueError("a record without name or type")
    ttl = int(record.get("ttl") or 1)
    value = _value(rdtype, record)
    return make_rrset(f"{name}.", rdtype, AUTOMATIC_TTL if ttl == 1 else ttl, [value])


def _value(rdtype: str, record: Mapping[str, Any]) -> str:
    data = record.get("data")
    if rdtype in _FROM_DATA and isinstance(data, Mapping):
        parts = [str(_part(rdtype, data, field)) for field in _FROM_DATA[rdtype]]
        if rdtype == "SRV":
            parts[-1] = _absolute(parts[-1])
        if rdtype == "CAA":
            parts[-1] = f'"{parts[-1]}"'
        return " ".join(parts)
    content = record.get("content")
    if not isinstance(content, str):
        raise ValueError(f"{record.get('name')} {rdtype} has no content that is known")
    if rdtype in _NAMES:
        return _absolute(content)
    if rdtype == "MX":
        return f"{int(record.get('priority') or 0)} {_absolute(content)}"
    return content


def _part(rdtype: str, data: Mapping[str, Any], field: str) -> str | int:
    """A field, under either spelling; numbers come as floats from the engine."""
    first, *rest = field.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    value = data.get(field, data.get(camel))
    if value is None:
        raise ValueError(f"{rdtype} without {field}")
    return int(value) if isinstance(value, float) else value


def _absolute(name: str) -> str:
    return name if name.endswith(".") else f"{name}."
