"""Zone10: every nameserver gives exactly one SOA record."""

from __future__ import annotations

from dns.name import Name
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the SOA and count."""
    servers = await zone.v1.all_servers()
    asked = await network.ask_all(network.usable(servers), zone.name, SOA_TYPE)
    checked = [_judge(zone.name, server, response) for server, response in asked]
    messages = [said for said in checked if said is not None]
    if asked and not messages:
        messages.append(message("ONE_SOA"))
    return disabled(network, servers, SOA_TYPE) + messages


def _judge(zone: Name, server: Nameserver, response: Response | None) -> Message | None:
    if response is None:
        return message("NO_RESPONSE", ns=str(server))
    owners = [owner for owner, _ in response.owned(SOA, ANSWER)]
    if not owners:
        return message("NO_SOA_IN_RESPONSE", ns=str(server))
    if len(owners) > 1:
        return message("MULTIPLE_SOA", ns=str(server), count=len(owners))
    if owners[0] != zone:
        return message("WRONG_SOA", ns=str(server), owner=short(owners[0]), name=short(zone))
    return None


CASE = Case(
    id="zone10",
    title="Every nameserver gives exactly one SOA",
    source=SPECIFICATIONS + "Zone-TP/zone10.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "MULTIPLE_SOA": Level.ERROR,
        "NO_RESPONSE": Level.DEBUG,
        "NO_SOA_IN_RESPONSE": Level.DEBUG,
        "ONE_SOA": Level.INFO,
        "WRONG_SOA": Level.DEBUG,
    },
    procedure=run,
)
