"""Which records a list wants, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ffinfra.lab.clouds.call import Call
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError
from ffinfra.lab.clouds.cloudflare.records import DnsRecord

_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "": lambda text, wanted: text == wanted,
    ".exact": lambda text, wanted: text == wanted,
    ".contains": lambda text, wanted: wanted in text,
    ".startswith": lambda text, wanted: text.startswith(wanted),
    ".endswith": lambda text, wanted: text.endswith(wanted),
}

_FIELDS: Mapping[str, Callable[[DnsRecord], str]] = {
    "name": lambda record: record.name,
    "type": lambda record: record.type,
    "content": lambda record: record.content.text,
    "comment": lambda record: record.comment or "",
}

_ORDERS: Mapping[str, Callable[[DnsRecord], str | int]] = {
    **_FIELDS,
    "ttl": lambda record: record.ttl,
    "proxied": lambda record: record.name,
}


def chosen_records(call: Call, records: Iterable[DnsRecord]) -> list[DnsRecord]:
    """The records that the query wants: all conditions hold, or any with ``match=any``; case does not count.

    Raises:
        CloudflareError: an order that does not exist.
    """
    tests = [
        (read, test, wanted.lower())
        for field, read in _FIELDS.items()
        for suffix, test in _TESTS.items()
        for wanted in call.all_wanted(field + suffix)
    ]
    hold = any if call.wanted("match") == "any" and tests else all
    chosen = [
        record
        for record in records
        if hold(test(read(record).lower(), wanted) for read, test, wanted in tests)
    ]
    if (order := call.wanted("order")) is None:
        return chosen
    if order not in _ORDERS:
        raise CloudflareError(9207, f"order must be one of {', '.join(_ORDERS)}")
    return sorted(chosen, key=_ORDERS[order], reverse=call.wanted("direction") == "desc")
