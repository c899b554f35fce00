"""What a nameserver serves now, asked over UDP as any visitor would."""

from __future__ import annotations

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA

_TIMEOUT_SECONDS = 1.0


async def answers(address: str, port: int) -> bool:
    """Whether anything at all answers DNS queries there."""
    query = dns.message.make_query(dns.name.root, dns.rdatatype.SOA)
    try:
        await dns.asyncquery.udp(query, address, timeout=_TIMEOUT_SECONDS, port=port)
    except (dns.exception.DNSException, OSError):
        return False
    return True


async def served_serial(zone: str, address: str, port: int) -> int | None:
    """The SOA serial that a nameserver answers with authority; None if it refuses, fails or is silent."""
    name = dns.name.from_text(zone)
    query = dns.message.make_query(name, dns.rdatatype.SOA)
    query.flags &= ~dns.flags.RD
    try:
        answer = await dns.asyncquery.udp(query, address, timeout=_TIMEOUT_SECONDS, port=port)
    except (dns.exception.DNSException, OSError):
        return None
    if answer.rcode() != dns.rcode.NOERROR or not answer.flags & dns.flags.AA:
        return None
    rrset = answer.get_rrset(answer.answer, name, dns.rdataclass.IN, dns.rdatatype.SOA)
    soa = None if rrset is None else rrset[0]
    return soa.serial if isinstance(soa, SOA) else None
