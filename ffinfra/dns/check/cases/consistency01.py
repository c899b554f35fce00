"""Consistency01: all nameservers serve the same SOA serial."""

from __future__ import annotations

from functools import cmp_to_key

from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.serials import compare
from ffinfra.dns.check.zone import Zone

ACCEPTED_DIFFERENCE = 0


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA and compare the serials."""
    servers = await zone.v1.all_servers()
    messages = disabled(network, servers, SOA_TYPE)
    by_serial: dict[int, list[Nameserver]] = {}
    for server, response in await network.ask_all(network.usable(servers), zone.name, SOA_TYPE):
        soas = response.rdatas(SOA, zone.name) if response is not None else []
        if response is None:
            messages.append(message("NO_RESPONSE", ns=str(server)))
        elif not soas:
            messages.append(message("NO_RESPONSE_SOA_QUERY", ns=str(server)))
        else:
            by_serial.setdefault(soas[0].serial, []).append(server)
    return messages + _judge(by_serial)


def _judge(by_serial: dict[int, list[Nameserver]]) -> list[Message]:
    ordered = sorted(by_serial, key=cmp_to_key(compare))
    messages = [message("SOA_SERIAL", serial=one, ns_list=listed(by_serial[one])) for one in ordered]
    if len(ordered) == 1:
        messages.append(message("ONE_SOA_SERIAL", serial=ordered[0]))
    elif ordered:
        variation = message(
            "SOA_SERIAL_VARIATION",
            serial_min=ordered[0],
            serial_max=ordered[-1],
            max_variation=ACCEPTED_DIFFERENCE,
        )
        messages += [message("MULTIPLE_SOA_SERIALS", count=len(ordered)), variation]
    return messages


CASE = Case(
    id="consistency01",
    title="All nameservers serve the same SOA serial",
    source=SPECIFICATIONS + "Consistency-TP/consistency01.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "MULTIPLE_SOA_SERIALS": Level.WARNING,
        "NO_RESPONSE": Level.DEBUG,
        "NO_RESPONSE_SOA_QUERY": Level.DEBUG,
        "ONE_SOA_SERIAL": Level.INFO,
        "SOA_SERIAL": Level.INFO,
        "SOA_SERIAL_VARIATION": Level.NOTICE,
    },
    procedure=run,
)
