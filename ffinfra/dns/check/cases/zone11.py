"""Zone11: the SPF policy is there, the same at all servers, and well formed."""

from __future__ import annotations

from dns.rdatatype import TXT as TXT_TYPE
from dns.rdtypes.ANY.TXT import TXT

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.response import ANYWHERE, Response
from ffinfra.dns.check.spf import has_valid_syntax, is_null, is_spf
from ffinfra.dns.check.zone import Zone

Policies = tuple[str, ...]


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for TXT and compare the SPF policies."""
    servers = await zone.v2.all_servers()
    by_policies: dict[Policies, list[Nameserver]] = {}
    for server, response in await network.ask_all(network.usable(servers), zone.name, TXT_TYPE):
        if response is not None and response.succeeded and response.authoritative:
            by_policies.setdefault(_policies(zone, response), []).append(server)
    return [*disabled(network, servers, TXT_TYPE), *_judge(zone, by_policies)]


def _policies(zone: Zone, response: Response) -> Policies:
    texts = (
        b"".join(one.strings).decode("ascii", "replace") for one in response.rdatas(TXT, zone.name, ANYWHERE)
    )
    return tuple(sorted(text for text in (one.lower() for one in texts) if is_spf(text)))


def _judge(zone: Zone, by_policies: dict[Policies, list[Nameserver]]) -> list[Message]:
    if not by_policies:
        return [message("Z11_UNABLE_TO_CHECK_FOR_SPF")]
    if len(by_policies) > 1:
        groups = [
            message("Z11_DIFFERENT_SPF_POLICIES_FOUND", ns_list=listed(those))
            for those in by_policies.values()
        ]
        return [message("Z11_INCONSISTENT_SPF_POLICIES"), *groups]
    ((policies, servers),) = by_policies.items()
    if len(policies) > 1:
        return [message("Z11_SPF_MULTIPLE_RECORDS", ns_list=listed(servers))]
    domain = short(zone.name)
    if policies and not has_valid_syntax(policies[0]):
        return [message("Z11_SPF_SYNTAX_ERROR", ns_list=listed(servers), domain=domain)]
    tag = _no_mail_tag(policies) if zone.expects_no_mail else _mail_tag(policies)
    return [message(tag, domain=domain)]


def _mail_tag(policies: Policies) -> str:
    return "Z11_SPF_SYNTAX_OK" if policies else "Z11_NO_SPF_FOUND"


def _no_mail_tag(policies: Policies) -> str:
    if not policies:
        return "Z11_NO_SPF_NON_MAIL_DOMAIN"
    return "Z11_NULL_SPF_NON_MAIL_DOMAIN" if is_null(policies[0]) else "Z11_NON_NULL_SPF_NON_MAIL_DOMAIN"


CASE = Case(
    id="zone11",
    title="The SPF policy is consistent and well formed",
    source=SPECIFICATIONS + "Zone-TP/zone11.md",
    levels={
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
        "Z11_DIFFERENT_SPF_POLICIES_FOUND": Level.NOTICE,
        "Z11_INCONSISTENT_SPF_POLICIES": Level.WARNING,
        "Z11_NO_SPF_FOUND": Level.NOTICE,
        "Z11_NO_SPF_NON_MAIL_DOMAIN": Level.INFO,
        "Z11_NON_NULL_SPF_NON_MAIL_DOMAIN": Level.NOTICE,
        "Z11_NULL_SPF_NON_MAIL_DOMAIN": Level.INFO,
        "Z11_SPF_MULTIPLE_RECORDS": Level.WARNING,
        "Z11_SPF_SYNTAX_ERROR": Level.WARNING,
        "Z11_SPF_SYNTAX_OK": Level.INFO,
        "Z11_UNABLE_TO_CHECK_FOR_SPF": Level.WARNING,
    },
    procedure=run,
)
