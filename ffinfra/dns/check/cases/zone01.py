"""Zone01: the SOA MNAME names a server that has the newest zone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dns.name import Name
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import ROOT, Nameserver, absolute, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.serials import compare
from ffinfra.dns.check.zone import Zone

LOCALHOST = absolute("localhost")
LOCAL_ADDRESSES = {"127.0.0.1", "::1"}


@dataclass
class _Soas:
    """What the zone's servers say: the addresses that give each MNAME, and the serials."""

    mnames: dict[Name, list[str]] = field(default_factory=dict)
    serials: dict[int, None] = field(default_factory=dict)


async def run(zone: Zone, network: Network) -> list[Message]:
    """Collect MNAMEs and serials, then ask each MNAME for its own serial."""
    servers = await zone.v1.all_servers()
    soas = await _collect(zone, network, servers)
    local, dot = soas.mnames.pop(LOCALHOST, None), soas.mnames.pop(ROOT, None)
    messages = disabled(network, servers, SOA_TYPE)
    if local:
        messages.append(message("Z01_MNAME_IS_LOCALHOST", ns_ip_list=listed(local)))
    if dot:
        messages.append(message("Z01_MNAME_IS_DOT", ns_ip_list=listed(dot)))
    masters: dict[Nameserver, int] = {}
    child_names = await zone.v1.child_names() if soas.mnames else ()
    for mname in sorted(soas.mnames):
        if mname not in child_names:
            messages.append(message("Z01_MNAME_NOT_IN_NS_LIST", nsname=short(mname)))
        messages += await _ask_mname(zone, network, mname, masters)
    return messages + _compare(masters, list(soas.serials))


async def _collect(zone: Zone, network: Network, servers: Sequence[Nameserver]) -> _Soas:
    soas = _Soas()
    for server, response in await network.ask_all(network.usable(servers), zone.name, SOA_TYPE):
        if response is None or not response.succeeded or not response.authoritative:
            continue
        for soa in response.rdatas(SOA, zone.name):
            soas.mnames.setdefault(soa.mname.canonicalize(), []).append(server.address)
            soas.serials[soa.serial] = None
    return soas


async def _ask_mname(
    zone: Zone, network: Network, mname: Name, masters: dict[Nameserver, int]
) -> list[Message]:
    """Ask all addresses of an MNAME for the SOA; good answers go to ``masters`` with their serial."""
    servers = [Nameserver(mname, address) for address in await zone.resolver.addresses(mname)]
    if not servers:
        return [message("Z01_MNAME_NOT_RESOLVE", nsname=short(mname))]
    messages = [
        message("Z01_MNAME_HAS_LOCALHOST_ADDR", nsname=short(mname), ns_ip=server.address)
        for server in servers
        if server.address in LOCAL_ADDRESSES
    ]
    others = [server for server in servers if server.address not in LOCAL_ADDRESSES]
    usable = network.usable(others)
    responses = await asyncio.gather(*(network.ask(server, zone.name, SOA_TYPE) for server in usable))
    for server, response in zip(usable, responses, strict=True):
        judged = _judge(zone.name, server, response)
        if isinstance(judged, int):
            masters[server] = judged
        else:
            messages.append(judged)
    return messages + disabled(network, others, SOA_TYPE)


def _judge(zone: Name, server: Nameserver, response: Response | None) -> Message | int:
    if response is None:
        return message("Z01_MNAME_NO_RESPONSE", ns=str(server))
    if not response.succeeded:
        return message("Z01_MNAME_UNEXPECTED_RCODE", ns=str(server), rcode=response.rcode)
    soas = response.rdatas(SOA, zone, ANSWER)
    if not soas:
        return message("Z01_MNAME_MISSING_SOA_RECORD", ns=str(server))
    if not response.authoritative:
        return message("Z01_MNAME_NOT_AUTHORITATIVE", ns=str(server))
    return soas[0].serial


def _compare(masters: Mapping[Nameserver, int], serials: Sequence[int]) -> list[Message]:
    behind = {server: own for server, own in masters.items() if any(compare(one, own) > 0 for one in serials)}
    leading = [server for server in masters if server not in behind]
    messages = []
    if behind:
        messages.append(
            message(
                "Z01_MNAME_NOT_MASTER",
                ns_list=listed(behind),
                soaserial=max(behind.values()),
                soaserial_list=";".join(str(serial) for serial in serials),
            )
        )
    if leading:
        messages.append(message("Z01_MNAME_IS_MASTER", ns_list=listed(leading)))
    return messages


CASE = Case(
    id="zone01",
    title="The SOA MNAME is a master of the zone",
    source=SPECIFICATIONS + "Zone-TP/zone01.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "Z01_MNAME_HAS_LOCALHOST_ADDR": Level.NOTICE,
        "Z01_MNAME_IS_DOT": Level.NOTICE,
        "Z01_MNAME_IS_LOCALHOST": Level.NOTICE,
        "Z01_MNAME_IS_MASTER": Level.DEBUG,
        "Z01_MNAME_MISSING_SOA_RECORD": Level.NOTICE,
        "Z01_MNAME_NOT_AUTHORITATIVE": Level.NOTICE,
        "Z01_MNAME_NOT_IN_NS_LIST": Level.INFO,
        "Z01_MNAME_NOT_MASTER": Level.NOTICE,
        "Z01_MNAME_NOT_RESOLVE": Level.NOTICE,
        "Z01_MNAME_NO_RESPONSE": Level.NOTICE,
        "Z01_MNAME_UNEXPECTED_RCODE": Level.NOTICE,
    },
    procedure=run,
)
