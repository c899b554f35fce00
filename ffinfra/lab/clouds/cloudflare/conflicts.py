"""Which records cannot exist side by side.

Codes and messages: https://developers.cloudflare.com/dns/manage-dns-records/troubleshooting/.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.cloudflare.errors import CloudflareError, invalid_record

if TYPE_CHECKING:
    from ffinfra.lab.clouds.cloudflare.records import DnsRecord

_ADDRESSING = ("A", "AAAA", "CNAME")


def check_conflicts(records: Iterable[DnsRecord], record: DnsRecord, zone: str) -> None:
    """Refuse a record that cannot stand beside the others, itself under its old form left aside.

    Raises:
        CloudflareError: 81053 to 81058, or 1004 for what cannot stand at the apex.
    """
    if record.name == zone and record.type in ("CNAME", "DS"):
        raise invalid_record(f"A {record.type} record at the zone apex is not offered here.")
    for other in records:
        if other.name != record.name or other.id == record.id:
            continue
        if other.type == record.type and other.content == record.content:
            raise _duplicate(other, record)
        _check_types(other.type, record.type, apex=record.name == zone)


def _check_types(old: str, new: str, *, apex: bool) -> None:
    if new == "CNAME":
        raise CloudflareError(81053, "An A, AAAA, or CNAME record with that host already exists.")
    if old == "CNAME":
        raise CloudflareError(81054, "A CNAME record with that host already exists.")
    if old == "NS" and new in _ADDRESSING and not apex:
        raise CloudflareError(81056, "NS records with that host already exist.")
    if new == "NS" and old in _ADDRESSING and not apex:
        raise CloudflareError(81055, "Non-NS records with that host already exist.")


def _duplicate(old: DnsRecord, new: DnsRecord) -> CloudflareError:
    if (old.ttl, old.comment) == (new.ttl, new.comment):
        return CloudflareError(81058, "An identical record already exists.")
    return CloudflareError(81057, "Record already exists.")
