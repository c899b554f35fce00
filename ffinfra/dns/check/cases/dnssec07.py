"""DNSSEC07: a signed zone has DS records in its parent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdatatype import DS as DS_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone


@dataclass
class _Answers:
    """The zone's servers by what they answered for DNSKEY."""

    ignored: list[Nameserver] = field(default_factory=list)
    silent: list[Nameserver] = field(default_factory=list)
    not_authoritative: list[Nameserver] = field(default_factory=list)
    refused: dict[str, list[Nameserver]] = field(default_factory=dict)
    signed: list[Nameserver] = field(default_factory=list)
    unsigned: list[Nameserver] = field(default_factory=list)


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for DNSKEY, and the parent's servers for DS where the zone is signed."""
    servers = await zone.v2.all_servers()
    answers = _Answers()
    await asyncio.gather(*(_file(zone, network, server, answers) for server in network.usable(servers)))
    messages = disabled(network, servers, SOA_TYPE, DNSKEY_TYPE, DS_TYPE) + _tell_zone(answers)
    if not answers.signed:
        return messages
    with_ds, without_ds = await _ask_parents(zone, network)
    messages += _tell_parents(with_ds, without_ds)
    if not answers.unsigned and bool(with_ds) != bool(without_ds):
        messages.append(message("DS07_DS_FOR_SIGNED_ZONE" if with_ds else "DS07_NO_DS_FOR_SIGNED_ZONE"))
    return messages


async def _file(zone: Zone, network: Network, server: Nameserver, answers: _Answers) -> None:
    soa = await network.ask(server, zone.name, SOA_TYPE)
    if soa is None or not (soa.succeeded and soa.authoritative and soa.rdatas(SOA, sections=ANSWER)):
        answers.ignored.append(server)
        return
    response = await network.ask(server, zone.name, DNSKEY_TYPE, edns=Edns.DNSSEC)
    if response is None:
        answers.silent.append(server)
    elif not response.authoritative:
        answers.not_authoritative.append(server)
    elif not response.succeeded:
        answers.refused.setdefault(response.rcode, []).append(server)
    elif response.rdatas(DNSKEY, sections=ANSWER) and _is_covered(response, DNSKEY_TYPE):
        answers.signed.append(server)
    else:
        answers.unsigned.append(server)


def _is_covered(response: Response, rdtype: int) -> bool:
    return any(one.type_covered == rdtype for one in response.rdatas(RRSIG, sections=ANSWER))


def _tell_zone(answers: _Answers) -> list[Message]:
    messages = []
    if not answers.signed:
        messages.append(message("DS07_NOT_SIGNED"))
    if answers.silent:
        messages.append(message("DS07_NO_RESPONSE_DNSKEY", ns_list=listed(answers.silent)))
    if answers.not_authoritative:
        messages.append(message("DS07_NON_AUTH_RESPONSE_DNSKEY", ns_list=listed(answers.not_authoritative)))
    for rcode, those in answers.refused.items():
        messages.append(message("DS07_UNEXP_RCODE_RESP_DNSKEY", rcode=rcode, ns_list=listed(those)))
    if answers.signed:
        messages.append(message("DS07_SIGNED_ON_SERVER", ns_list=listed(answers.signed)))
        messages.append(message("DS07_INCONSISTENT_SIGNED" if answers.unsigned else "DS07_SIGNED"))
    if answers.unsigned:
        messages.append(message("DS07_NOT_SIGNED_ON_SERVER", ns_list=listed(answers.unsigned)))
    return messages


async def _ask_parents(zone: Zone, network: Network) -> tuple[list[str], list[str]]:
    """The parent's servers with DS and those without; a dash stands for DS that were given."""
    if zone.undelegated is not None and zone.undelegated.ds:
        return ["-"], []
    parents = (await zone.v2.parents()).servers
    asked = await network.ask_all(network.usable(parents), zone.name, DS_TYPE, edns=Edns.DNSSEC)
    usable = [(str(server), one) for server, one in asked if one is not None and _is_usable(one)]
    with_ds = {
        server for server, one in usable if one.rdatas(DS, zone.name, ANSWER) and _is_covered(one, DS_TYPE)
    }
    return sorted(with_ds), [server for server, _ in usable if server not in with_ds]


def _is_usable(response: Response) -> bool:
    return response.succeeded and response.has_edns and response.dnssec_ok and response.authoritative


def _tell_parents(with_ds: Iterable[str], without_ds: Iterable[str]) -> list[Message]:
    messages = []
    if without_ds:
        messages.append(message("DS07_NO_DS_ON_PARENT_SERVER", ns_list=listed(without_ds)))
    if with_ds:
        messages.append(message("DS07_DS_ON_PARENT_SERVER", ns_list=listed(with_ds)))
    if with_ds and without_ds:
        messages.append(message("DS07_INCONSISTENT_DS"))
    return messages


CASE = Case(
    id="dnssec07",
    title="A signed zone has DS records in its parent",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec07.md",
    levels={
        "DS07_DS_FOR_SIGNED_ZONE": Level.INFO,
        "DS07_DS_ON_PARENT_SERVER": Level.INFO,
        "DS07_INCONSISTENT_DS": Level.ERROR,
        "DS07_INCONSISTENT_SIGNED": Level.ERROR,
        "DS07_NON_AUTH_RESPONSE_DNSKEY": Level.WARNING,
        "DS07_NOT_SIGNED": Level.WARNING,
        "DS07_NOT_SIGNED_ON_SERVER": Level.WARNING,
        "DS07_NO_DS_FOR_SIGNED_ZONE": Level.WARNING,
        "DS07_NO_DS_ON_PARENT_SERVER": Level.WARNING,
        "DS07_NO_RESPONSE_DNSKEY": Level.WARNING,
        "DS07_SIGNED": Level.INFO,
        "DS07_SIGNED_ON_SERVER": Level.INFO,
        "DS07_UNEXP_RCODE_RESP_DNSKEY": Level.WARNING,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
