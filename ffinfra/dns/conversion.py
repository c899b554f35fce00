"""Between the zone model and dnspython's types."""

from __future__ import annotations

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.zone

from ffinfra.dns.names import name_text
from ffinfra.dns.records import SOA, Record, RRset, Zone, group_records
from ffinfra.dns.values import IN, rdata_text, to_rdata


def record_of(name: dns.name.Name, ttl: int, rdata: dns.rdata.Rdata) -> Record:
    """A record from an absolute name and a value with absolute names."""
    return Record(name_text(name), dns.rdatatype.to_text(rdata.rdtype), ttl, rdata_text(rdata))


def soa_of(rdataset: dns.rdataset.Rdataset) -> SOA:
    """The SOA from the one record of its set."""
    return SOA.from_value(rdata_text(rdataset[0]), rdataset.ttl)


def rdataset_of(rrset: RRset) -> dns.rdataset.Rdataset:
    """The values of an RRset for dnspython."""
    rdataset = dns.rdataset.Rdataset(IN, dns.rdatatype.from_text(rrset.type), ttl=rrset.ttl)
    for value in rrset.values:
        rdataset.add(to_rdata(rrset.type, value))
    return rdataset


def soa_rdata(soa: SOA) -> dns.rdata.Rdata:
    """The value of the SOA record."""
    return to_rdata("SOA", soa.value)


def from_dnspython(zone: dns.zone.Zone) -> Zone:
    """The model of a dnspython zone.

    Raises:
        ValueError: the zone has no origin or no SOA.
    """
    if zone.origin is None:
        raise ValueError("the zone has no origin")
    found = zone.get_rdataset(zone.origin if not zone.relativize else dns.name.empty, dns.rdatatype.SOA)
    if found is None:
        raise ValueError(f"the zone {zone.origin} has no SOA")
    records = []
    for name, ttl, rdata in zone.iterate_rdatas():
        if rdata.rdtype != dns.rdatatype.SOA:
            absolute = _absolute(rdata, zone.origin) if zone.relativize else rdata
            records.append(record_of(name.derelativize(zone.origin), ttl, absolute))
    soa = SOA.from_value(rdata_text(_absolute(found[0], zone.origin)), found.ttl)
    return Zone(name_text(zone.origin), soa, group_records(records))


def to_dnspython(zone: Zone) -> dns.zone.Zone:
    """A dnspython zone with absolute names."""
    made = dns.zone.Zone(dns.name.from_text(zone.origin), dns.rdataclass.IN, relativize=False)
    with made.writer(replacement=True) as transaction:
        transaction.add(dns.name.from_text(zone.origin), zone.soa.ttl, soa_rdata(zone.soa))
        for rrset in zone.rrsets:
            transaction.add(dns.name.from_text(rrset.owner), rdataset_of(rrset))
    return made


def _absolute(rdata: dns.rdata.Rdata, origin: dns.name.Name) -> dns.rdata.Rdata:
    wire = rdata.to_wire(origin=origin)
    assert wire is not None
    return dns.rdata.from_wire(rdata.rdclass, rdata.rdtype, wire, 0, len(wire))
