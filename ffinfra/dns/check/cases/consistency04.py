"""Consistency04: all nameservers serve the same NS set."""

from __future__ import annotations

from dns.rdatatype import NS as NS_TYPE
from dns.rdtypes.ANY.NS import NS

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the NS set and compare."""
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, NS_TYPE)
    by_set: dict[str, list[Nameserver]] = {}
    for server, response in await network.ask_all(network.usable(servers), zone.name, NS_TYPE):
        names = (
            listed(rdata.target for rdata in response.rdatas(NS, zone.name)) if response is not None else ""
        )
        if response is None:
            messages.append(message("NO_RESPONSE", ns=str(server)))
        elif not names:
            messages.append(message("NO_RESPONSE_NS_QUERY", ns=str(server)))
        else:
            by_set.setdefault(names, []).append(server)
    if len(by_set) == 1:
        return [*messages, *(message("ONE_NS_SET", nsname_list=names) for names in by_set)]
    if by_set:
        messages.append(message("MULTIPLE_NS_SET", count=len(by_set)))
        messages += [
            message("NS_SET", nsname_list=names, servers=listed(those)) for names, those in by_set.items()
        ]
    return messages


CASE = Case(
    id="consistency04",
    title="All nameservers serve the same NS set",
    source=SPECIFICATIONS + "Consistency-TP/consistency04.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "MULTIPLE_NS_SET": Level.NOTICE,
        "NO_RESPONSE": Level.DEBUG,
        "NO_RESPONSE_NS_QUERY": Level.DEBUG,
        "NS_SET": Level.INFO,
        "ONE_NS_SET": Level.INFO,
    },
    procedure=run,
)
