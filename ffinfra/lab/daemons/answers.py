"""Whether a nameserver answers."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import dns.exception
import dns.message
import dns.query
import dns.rcode

SECONDS = 0.5
"""How long one question waits."""


def answers(address: IPv4Address | IPv6Address, name: str, rdtype: str = "SOA") -> bool:
    """Whether a server answers a question with NOERROR or NXDOMAIN."""
    response = _ask(address, name, rdtype)
    return response is not None and response.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


def speaks(address: IPv4Address | IPv6Address) -> bool:
    """Whether a server answers at all; one that has no zones yet refuses, and that is an answer."""
    return _ask(address, ".", "SOA") is not None


def _ask(address: IPv4Address | IPv6Address, name: str, rdtype: str) -> dns.message.Message | None:
    try:
        return dns.query.udp(dns.message.make_query(name, rdtype), str(address), timeout=SECONDS)
    except (dns.exception.DNSException, OSError):
        return None
