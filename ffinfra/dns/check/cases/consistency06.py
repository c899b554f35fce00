"""Consistency06: all nameservers serve the same SOA MNAME."""

from __future__ import annotations

from dns.name import Name
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA and compare the MNAME."""
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, SOA_TYPE)
    by_name: dict[Name, list[Nameserver]] = {}
    for server, response in await network.ask_all(network.usable(servers), zone.name, SOA_TYPE):
        soas = response.rdatas(SOA, zone.name) if response is not None else []
        if response is None:
            messages.append(message("NO_RESPONSE", ns=str(server)))
        elif not soas:
            messages.append(message("NO_RESPONSE_SOA_QUERY", ns=str(server)))
        else:
            by_name.setdefault(soas[0].mname, []).append(server)
    if len(by_name) == 1:
        return [*messages, *(message("ONE_SOA_MNAME", mname=short(name)) for name in by_name)]
    if by_name:
        messages.append(message("MULTIPLE_SOA_MNAMES", count=len(by_name)))
        messages += [message("SOA_MNAME", mname=short(one), ns_list=listed(by_name[one])) for one in by_name]
    return messages


CASE = Case(
    id="consistency06",
    title="All nameservers serve the same SOA MNAME",
    source=SPECIFICATIONS + "Consistency-TP/consistency06.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "MULTIPLE_SOA_MNAMES": Level.NOTICE,
        "NO_RESPONSE": Level.DEBUG,
        "NO_RESPONSE_SOA_QUERY": Level.DEBUG,
        "ONE_SOA_MNAME": Level.INFO,
        "SOA_MNAME": Level.INFO,
    },
    procedure=run,
)
