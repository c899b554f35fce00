"""Basic02: the zone has at least one working nameserver."""

from __future__ import annotations

from dns.name import Name
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled, enabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server of the delegation for the SOA."""
    names = await zone.v1.delegated_names()
    domain = short(zone.name)
    if not names:
        return [message("B02_NO_DELEGATION", domain=domain)]
    servers = await _delegated_servers(zone, names)
    asked = await network.ask_all(network.usable(servers), zone.name, SOA_TYPE)
    messages = [*disabled(network, servers, SOA_TYPE), *enabled(network, servers, SOA_TYPE)]
    problems = {server: _problem(zone.name, server, response) for server, response in asked}
    working = [server for server, problem in problems.items() if problem is None]
    if working:
        return [*messages, message("B02_AUTH_RESPONSE_SOA", domain=domain, ns_list=listed(working))]
    without_address = set(names) - {server.name for server in servers}
    return [
        *messages,
        message("B02_NO_WORKING_NS", domain=domain),
        *(problem for problem in problems.values() if problem is not None),
        *(message("B02_NS_NO_IP_ADDR", nsname=short(name)) for name in sorted(without_address)),
    ]


async def _delegated_servers(zone: Zone, names: tuple[Name, ...]) -> list[Nameserver]:
    """The servers found by lookups; for names that those do not find, the glue in the delegation."""
    servers = await zone.v1.delegated_servers()
    missing = [name for name in names if all(server.name != name for server in servers)]
    return [*servers, *(await zone.v1.glue(missing) if missing else ())]


def _problem(zone: Name, server: Nameserver, response: Response | None) -> Message | None:
    if response is None:
        return message("B02_NS_NO_RESPONSE", ns=str(server))
    if not response.succeeded:
        return message("B02_UNEXPECTED_RCODE", ns=str(server), rcode=response.rcode)
    if not response.authoritative:
        return message("B02_NS_NOT_AUTH", ns=str(server))
    if not response.rdatas(SOA, zone, ANSWER):
        return message("B02_NS_BROKEN", ns=str(server))
    return None


CASE = Case(
    id="basic02",
    title="At least one nameserver works",
    source=SPECIFICATIONS + "Basic-TP/basic02.md",
    levels={
        "B02_AUTH_RESPONSE_SOA": Level.INFO,
        "B02_NO_DELEGATION": Level.CRITICAL,
        "B02_NO_WORKING_NS": Level.CRITICAL,
        "B02_NS_BROKEN": Level.ERROR,
        "B02_NS_NOT_AUTH": Level.ERROR,
        "B02_NS_NO_IP_ADDR": Level.ERROR,
        "B02_NS_NO_RESPONSE": Level.WARNING,
        "B02_UNEXPECTED_RCODE": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV4_ENABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "IPV6_ENABLED": Level.DEBUG,
    },
    procedure=run,
)
