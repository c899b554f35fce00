"""Zone09: the zone has a mail target, the same at all servers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from dns.rdatatype import MX as MX_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import ROOT, Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Protocol
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone

MailTargets = frozenset[MX]


@dataclass
class _Answers:
    """The addresses of the servers by what they answered for MX."""

    silent: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    not_authoritative: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    targets: dict[MailTargets, list[str]] = field(default_factory=dict)

    def add(self, zone: Zone, address: str, response: Response | None) -> None:
        """File one answer."""
        if response is None:
            self.silent.append(address)
        elif not response.succeeded:
            self.refused.setdefault(response.rcode, []).append(address)
        elif not response.authoritative:
            self.not_authoritative.append(address)
        elif not (found := frozenset(response.rdatas(MX, zone.name, ANSWER))):
            self.without.append(address)
        else:
            self.targets.setdefault(found, []).append(address)


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server that has the zone for the MX."""
    servers = {server.address: server for server in await zone.v1.all_servers()}.values()
    asked = await asyncio.gather(*(_ask(zone, network, server) for server in network.usable(servers)))
    answers = _Answers()
    for one in asked:
        if one is not None:
            answers.add(zone, *one)
    messages = disabled(network, servers, SOA_TYPE, MX_TYPE) + _tell_errors(answers)
    if answers.without and answers.targets:
        found = listed(address for those in answers.targets.values() for address in those)
        messages += [
            message("Z09_INCONSISTENT_MX"),
            message("Z09_NO_MX_FOUND", ns_ip_list=listed(answers.without)),
            message("Z09_MX_FOUND", ns_ip_list=found),
        ]
    if answers.targets:
        return messages + _judge_targets(zone, answers.targets)
    if answers.without and not zone.expects_no_mail:
        messages.append(message("Z09_MISSING_MAIL_TARGET"))
    return messages


async def _ask(zone: Zone, network: Network, server: Nameserver) -> tuple[str, Response | None] | None:
    """The address and its answer for MX, or None when the server does not have the zone."""
    soa = await network.ask(server, zone.name, SOA_TYPE)
    if soa is None or not (soa.succeeded and soa.authoritative and soa.rdatas(SOA, zone.name)):
        return None
    response = await network.ask(server, zone.name, MX_TYPE, fallback=False)
    if response is not None and response.truncated:
        response = await network.ask(server, zone.name, MX_TYPE, over=Protocol.TCP)
    return server.address, response


def _tell_errors(answers: _Answers) -> list[Message]:
    messages = []
    if answers.silent:
        messages.append(message("Z09_NO_RESPONSE_MX_QUERY", ns_ip_list=listed(answers.silent)))
    for rcode, those in answers.refused.items():
        messages.append(message("Z09_UNEXPECTED_RCODE_MX", rcode=rcode, ns_ip_list=listed(those)))
    if answers.not_authoritative:
        messages.append(message("Z09_NON_AUTH_MX_RESPONSE", ns_ip_list=listed(answers.not_authoritative)))
    return messages


def _judge_targets(zone: Zone, targets: dict[MailTargets, list[str]]) -> list[Message]:
    data = [
        message("Z09_MX_DATA", mailtarget_list=_exchanges(found), ns_ip_list=listed(those))
        for found, those in targets.items()
    ]
    if len(targets) > 1:
        return [message("Z09_INCONSISTENT_MX_DATA"), *data]
    (found,) = targets
    null = [one for one in found if one.exchange == ROOT]
    if null:
        messages = [message("Z09_NULL_MX_WITH_OTHER_MX")] if len(found) > 1 else []
        odd = any(one.preference > 0 for one in null)
        return messages + ([message("Z09_NULL_MX_NON_ZERO_PREF")] if odd else [])
    if zone.is_tld:
        return [message("Z09_TLD_EMAIL_DOMAIN")]
    return [message("Z09_ROOT_EMAIL_DOMAIN")] if zone.name == ROOT else data


def _exchanges(found: MailTargets) -> str:
    ordered = sorted(found, key=lambda one: (one.preference, short(one.exchange)))
    return ";".join(short(one.exchange) for one in ordered)


CASE = Case(
    id="zone09",
    title="The zone has a mail target",
    source=SPECIFICATIONS + "Zone-TP/zone09.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "Z09_INCONSISTENT_MX": Level.WARNING,
        "Z09_INCONSISTENT_MX_DATA": Level.WARNING,
        "Z09_MISSING_MAIL_TARGET": Level.NOTICE,
        "Z09_MX_DATA": Level.INFO,
        "Z09_MX_FOUND": Level.INFO,
        "Z09_NON_AUTH_MX_RESPONSE": Level.WARNING,
        "Z09_NO_MX_FOUND": Level.INFO,
        "Z09_NO_RESPONSE_MX_QUERY": Level.WARNING,
        "Z09_NULL_MX_NON_ZERO_PREF": Level.NOTICE,
        "Z09_NULL_MX_WITH_OTHER_MX": Level.WARNING,
        "Z09_ROOT_EMAIL_DOMAIN": Level.NOTICE,
        "Z09_TLD_EMAIL_DOMAIN": Level.WARNING,
        "Z09_UNEXPECTED_RCODE_MX": Level.WARNING,
    },
    procedure=run,
)
