"""Contents of records by type: what the API takes, the form it keeps, and what a nameserver serves.

Host names are kept in lower case without a dot at their end, IPv6 addresses compressed. Types with
parts, such as CAA and SRV, come as ``data``, from which the content follows; a content beside it is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import dns.exception
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from ffinfra.lab.clouds.cloudflare.errors import invalid_record
from ffinfra.lab.clouds.cloudflare.structured import STRUCTURED, DataValue

_TARGET_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_STRING = 255


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says.

    Attributes:
        text: as the API shows it.
        value: as a master file has it, names absolute.
        data: the parts, for types that have parts.
        priority: of MX, SRV and URI.
    """

    text: str
    value: str
    data: Mapping[str, DataValue] | None = None
    priority: int | None = None


def checked_content(
    record_type: str, content: str | None, data: Mapping[str, object] | None, priority: int | None
) -> Content:
    """The content of a record in the form the API keeps.

    Raises:
        CloudflareError: the type is not offered, or the content is not of its syntax.
    """
    if record_type in STRUCTURED:
        made = _structured(record_type, data, priority)
    elif record_type in _PLAIN:
        if not content:
            raise invalid_record(f"Content for {record_type} record is required.", 9100)
        made = _PLAIN[record_type](record_type, content, priority)
    else:
        raise invalid_record(f"DNS record type {record_type} is invalid or not offered here.", 9002)
    try:
        dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(record_type), made.value)
    except (dns.exception.DNSException, ValueError) as error:
        raise invalid_record(f"Content for {record_type} record is invalid: {error}") from None
    return made


def _structured(record_type: str, data: Mapping[str, object] | None, priority: int | None) -> Content:
    parts = STRUCTURED[record_type]
    if not data:
        raise invalid_record(f"data is a required field for {record_type}.", 9101)
    kept = parts.checked(data if "priority" not in parts.beside else {"priority": priority} | dict(data))
    shown = {field: value for field, value in kept.items() if field not in parts.beside}
    top = kept.get("priority") if record_type in ("SRV", "URI") else None
    return Content(parts.text(kept), parts.value(kept), shown, top if isinstance(top, int) else None)


def _ipv4(record_type: str, content: str, priority: int | None) -> Content:
    del record_type, priority
    try:
        text = str(IPv4Address(content))
    except AddressValueError:
        raise invalid_record("Content for A record must be a valid IPv4 address.", 9005) from None
    return Content(text, text)


def _ipv6(record_type: str, content: str, priority: int | None) -> Content:
    del record_type, priority
    try:
        text = str(IPv6Address(content))
    except AddressValueError:
        raise invalid_record("Content for AAAA record must be a valid IPv6 address.", 9006) from None
    return Content(text, text)


def _target(record_type: str, content: str, priority: int | None) -> Content:
    del priority
    text = host(record_type, content)
    return Content(text, f"{text}.")


def _mail_exchange(record_type: str, content: str, priority: int | None) -> Content:
    if priority is None:
        raise invalid_record("priority is a required field.", 9101)
    if not 0 <= priority <= 65535:
        raise invalid_record("priority must be from 0 to 65535.")
    text = "." if content == "." else host(record_type, content)
    return Content(text, f"{priority} {text.rstrip('.')}.", priority=priority)


def _text(record_type: str, content: str, priority: int | None) -> Content:
    """TXT is kept as sent; without quotes it is served in strings of 255 octets."""
    del record_type, priority
    if content.startswith('"'):
        return Content(content, content)
    octets = content.encode()
    chunks = [octets[start : start + _STRING] for start in range(0, len(octets), _STRING)]
    return Content(content, " ".join(f'"{_escaped(chunk)}"' for chunk in chunks))


def host(record_type: str, name: str) -> str:
    """A host name as the API keeps it.

    Raises:
        CloudflareError: it is none.
    """
    text = name.lower().removesuffix(".")
    labels = text.split(".")
    fitting = all(_TARGET_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    if len(text) > 253 or len(labels) < 2 or not fitting:
        raise invalid_record(f"Content for {record_type} record is invalid.", 9007)
    return text


def _escaped(chunk: bytes) -> str:
    """Octets as a master file quotes them (RFC 1035 section 5.1)."""
    return "".join(
        chr(octet) if 0x20 <= octet < 0x7F and octet not in b'"\\' else f"\\{octet:03d}" for octet in chunk
    )


_PLAIN: Mapping[str, Callable[[str, str, int | None], Content]] = {
    "A": _ipv4,
    "AAAA": _ipv6,
    "CNAME": _target,
    "MX": _mail_exchange,
    "NS": _target,
    "PTR": _target,
    "TXT": _text,
}
