"""DNSSEC08: the DNSKEY set carries valid signatures."""

from __future__ import annotations

from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from ffinfra.dns.check.apex_signatures import Fault, Faults, covering, fault_of
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone

TAGS = {
    Fault.NOT_YET_VALID: "DS08_DNSKEY_RRSIG_NOT_YET_VALID",
    Fault.EXPIRED: "DS08_DNSKEY_RRSIG_EXPIRED",
    Fault.NO_KEY: "DS08_NO_MATCHING_DNSKEY",
    Fault.INVALID: "DS08_RRSIG_NOT_VALID_BY_DNSKEY",
    Fault.UNSUPPORTED: "DS08_ALGO_NOT_SUPPORTED_BY_ZM",
}


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for the DNSKEY set and judge each signature over it."""
    servers = await zone.v1.all_servers()
    faults = Faults()
    unsigned: list[str] = []
    for server, response in await network.ask_all(
        network.usable(servers), zone.name, DNSKEY_TYPE, edns=Edns.DNSSEC
    ):
        if response is None or not response.succeeded or not response.authoritative:
            continue
        keys = response.rdatas(DNSKEY, zone.name, ANSWER)
        signatures = covering(response, DNSKEY_TYPE)
        if keys and not signatures:
            unsigned.append(server.address)
        for signature in signatures if keys else ():
            fault = fault_of(zone.name, keys, signature, keys, response.received)
            if fault is not None:
                faults.add(fault, signature, server)
    missing = [message("DS08_MISSING_RRSIG_IN_RESPONSE", ns_ip_list=listed(unsigned))] if unsigned else []
    return [*disabled(network, servers, DNSKEY_TYPE), *missing, *faults.messages(TAGS)]


CASE = Case(
    id="dnssec08",
    title="The DNSKEY set is signed",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec08.md",
    levels={
        "DS08_ALGO_NOT_SUPPORTED_BY_ZM": Level.NOTICE,
        "DS08_DNSKEY_RRSIG_EXPIRED": Level.ERROR,
        "DS08_DNSKEY_RRSIG_NOT_YET_VALID": Level.ERROR,
        "DS08_MISSING_RRSIG_IN_RESPONSE": Level.ERROR,
        "DS08_NO_MATCHING_DNSKEY": Level.ERROR,
        "DS08_RRSIG_NOT_VALID_BY_DNSKEY": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
