"""Delegation03: the referral to the zone fits into 512 octets."""

from __future__ import annotations

import secrets
import string

import dns.message
import dns.rrset
from dns.name import Name
from dns.rdataclass import IN
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import A as A_TYPE

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Family, Nameserver
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone

LIMIT = 512
LONGEST_NAME = 255
LONGEST_LABEL = 63
ADDRESS_TYPE = {Family.IPV4: A_TYPE, Family.IPV6: AAAA_TYPE}


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Build the largest referral with one address of each version and measure it."""
    servers = await zone.v1.delegated_servers()
    parent = (await zone.v1.parent()).name
    referral = dns.message.make_query(_longest_below(zone.name), NS_TYPE, use_edns=-1)
    for name in await zone.v1.delegated_names():
        referral.authority.append(dns.rrset.from_text(zone.name, 0, IN, NS_TYPE, name.to_text()))
    for family in Family:
        those = [server for server in servers if server.family is family]
        if those and all(server.name.is_subdomain(parent) for server in those):
            referral.additional.append(_address_record(those[0]))
    size = len(referral.to_wire(max_size=65535))
    return [message("REFERRAL_SIZE_TOO_LARGE" if size > LIMIT else "REFERRAL_SIZE_OK", size=size)]


def _address_record(server: Nameserver) -> dns.rrset.RRset:
    return dns.rrset.from_text(server.name, 0, IN, ADDRESS_TYPE[server.family], server.address)


def _longest_below(zone: Name) -> Name:
    """A name of the greatest length below the zone; random, so that no label is compressed away."""
    name = zone
    while (room := LONGEST_NAME - len(name.to_digestable())) > 1:
        length = min(LONGEST_LABEL, room - 1)
        label = "".join(secrets.choice(string.ascii_lowercase) for _ in range(length))
        name = Name((label.encode(), *name.labels))
    return name


CASE = Case(
    id="delegation03",
    title="The referral fits into a small packet",
    source=SPECIFICATIONS + "Delegation-TP/delegation03.md",
    levels={"REFERRAL_SIZE_OK": Level.INFO, "REFERRAL_SIZE_TOO_LARGE": Level.WARNING},
    procedure=run,
)
