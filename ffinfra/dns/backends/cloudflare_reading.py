"""Cloudflare's records back into RRsets: what an API answer or a resource's inputs say in DNS terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ffinfra.dns.records import RRset, make_rrset

AUTOMATIC_TTL: Final = 300
"""Seconds that Cloudflare serves where a record's TTL is 1, "automatic" (its API reference, DNS records)."""

_CERTIFICATE: Final = ("usage", "selector", "matching_type", "certificate")
_SERVICE: Final = ("priority", "target", "value")
_FROM_DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "CAA": ("flags", "tag", "value"),
    "CERT": ("type", "key_tag", "algorithm", "certificate"),
    "DNSKEY": ("flags", "protocol", "algorithm", "public_key"),
    "DS": ("key_tag", "algorithm", "digest_type", "digest"),
    "HTTPS": _SERVICE,
    "LOC": (
        *("lat_degrees", "lat_minutes", "lat_seconds", "lat_direction"),
        *("long_degrees", "long_minutes", "long_seconds", "long_direction"),
        *("altitude", "size", "precision_horz", "precision_vert"),
    ),
    "NAPTR": ("order", "preference", "flags", "service", "regex", "replacement"),
    "SMIMEA": _CERTIFICATE,
    "SRV": ("priority", "weight", "port", "target"),
    "SSHFP": ("algorithm", "type", "fingerprint"),
    "SVCB": _SERVICE,
    "TLSA": _CERTIFICATE,
    "URI": ("priority", "weight", "target"),
}
"""Type -> its parts in the order of a master file."""
_QUOTED: Final = frozenset(
    {("CAA", "value"), ("NAPTR", "flags"), ("NAPTR", "service"), ("NAPTR", "regex"), ("URI", "target")}
)
_NAMED: Final = frozenset(
    {("HTTPS", "target"), ("NAPTR", "replacement"), ("SRV", "target"), ("SVCB", "target")}
)
_NAMES: Final = frozenset({"CNAME", "NS", "PTR"})
_STRING: Final = 255
"""Octets of one character-string (RFC 1035 section 3.3)."""
_WRITTEN_OUT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)
"""What may hold any character in a master file: a quoted string, an escape."""


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
    if any(one in ";\r\n" for one in _WRITTEN_OUT.sub("", value)):
        raise ValueError(
            f"{name} {rdtype} has a semicolon or a line end, of which it is not known what it says"
        )
    return make_rrset(f"{name}.", rdtype, AUTOMATIC_TTL if ttl == 1 else ttl, [value])


def _value(rdtype: str, record: Mapping[str, Any]) -> str:
    if rdtype in _FROM_DATA and isinstance(record.get("data"), Mapping):
        parts = (_shown(rdtype, field, _part(rdtype, record, field)) for field in _FROM_DATA[rdtype])
        return " ".join(parts).rstrip()
    content = record.get("content")
    if not isinstance(content, str):
        raise ValueError(f"{record.get('name')} {rdtype} has no content that is known")
    if rdtype in _NAMES:
        return _absolute(content)
    if rdtype == "TXT":
        return _strings(content)
    if rdtype == "MX":
        return f"{int(record.get('priority') or 0)} {_absolute(content)}"
    return content


def _part(rdtype: str, record: Mapping[str, Any], field: str) -> str | int | float:
    """A part, under either spelling; numbers come as floats from the engine and the API's client.

    The priority of a URI stands beside its data.
    """
    first, *rest = field.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    data = record["data"]
    value = data.get(field, data.get(camel))
    if value is None and field == "priority":
        value = record.get("priority")
    if not isinstance(value, str | int | float):
        raise ValueError(f"{rdtype} without {field}")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(rdtype: str, field: str, part: str | float) -> str:
    """A part as a master file has it."""
    if (rdtype, field) in _QUOTED:
        escaped = str(part).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _absolute(str(part)) if (rdtype, field) in _NAMED else str(part)


def _strings(content: str) -> str:
    """The strings of a TXT record; what the API holds without quotation marks is served as one text, cut to length.

    Said of its TXT records at https://developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/.

    Raises:
        ValueError: there are marks or escapes in the midst of what has none around it.
    """
    if content.startswith('"'):
        return content
    if '"' in content or "\\" in content:
        raise ValueError(f"a text with marks or escapes inside and no marks around it: {content}")
    octets = content.encode()
    parts = [octets[at : at + _STRING] for at in range(0, len(octets), _STRING)]
    return " ".join(f'"{"".join(map(_character, part))}"' for part in parts)


def _character(octet: int) -> str:
    """An octet in a quoted string of a master file."""
    return chr(octet) if 32 <= octet < 127 else f"\\{octet:03d}"


def _absolute(name: str) -> str:
    return name if name.endswith(".") else f"{name}."
