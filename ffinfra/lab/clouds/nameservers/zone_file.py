"""A zone as a master file (RFC 1035 section 5) for knotd."""

from __future__ import annotations

from ffinfra.lab.clouds.nameservers.served import PrimaryZone, Record


def master_file(zone: PrimaryZone) -> str:
    """The zone's text; owners and relative names in values are relative to the zone."""
    soa = zone.soa
    times = f"{soa.serial} {soa.refresh} {soa.retry} {soa.expire} {soa.minimum}"
    lines = [f"$ORIGIN {zone.name}.", f"@ {soa.ttl} IN SOA {soa.mname} {soa.rname} {times}"]
    lines.extend(_line(record) for record in zone.records)
    return "\n".join(lines) + "\n"


def _line(record: Record) -> str:
    return f"{record.name} {record.ttl} IN {record.type} {record.value}"
