"""DNSSEC09: the SOA carries valid signatures."""

from __future__ import annotations

import asyncio

from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.SOA import SOA

from ffinfra.dns.check.apex_signatures import Fault, Faults, covering, fault_of
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER
from ffinfra.dns.check.zone import Zone

TAGS = {
    Fault.NOT_YET_VALID: "DS09_SOA_RRSIG_NOT_YET_VALID",
    Fault.EXPIRED: "DS09_SOA_RRSIG_EXPIRED",
    Fault.NO_KEY: "DS09_NO_MATCHING_DNSKEY",
    Fault.INVALID: "DS09_RRSIG_NOT_VALID_BY_DNSKEY",
    Fault.UNSUPPORTED: "DS09_ALGO_NOT_SUPPORTED_BY_ZM",
}


async def run(zone: Zone, network: Network) -> list[Message]:
    """Ask every server for keys and SOA and judge each signature over the SOA."""
    servers = await zone.v1.all_servers()
    faults = Faults()
    usable = network.usable(servers)
    signed = await asyncio.gather(*(_check(zone, network, server, faults) for server in usable))
    unsigned = [server for server, is_signed in zip(usable, signed, strict=True) if not is_signed]
    addresses = listed(server.address for server in unsigned)
    missing = [message("DS09_MISSING_RRSIG_IN_RESPONSE", ns_ip_list=addresses)] if unsigned else []
    return [*disabled(network, servers, DNSKEY_TYPE), *missing, *faults.messages(TAGS)]


async def _check(zone: Zone, network: Network, server: Nameserver, faults: Faults) -> bool:
    """File what is wrong at a server; False when it has keys but no signature over the SOA."""
    with_keys = await network.ask(server, zone.name, DNSKEY_TYPE, edns=Edns.DNSSEC)
    if with_keys is None or not (with_keys.succeeded and with_keys.authoritative):
        return True
    keys = with_keys.rdatas(DNSKEY, zone.name, ANSWER)
    response = await network.ask(server, zone.name, SOA_TYPE, edns=Edns.DNSSEC) if keys else None
    if response is None or not (response.succeeded and response.authoritative):
        return True
    soas = response.rdatas(SOA, zone.name, ANSWER)
    if not soas:
        return True
    signatures = covering(response, SOA_TYPE)
    for signature in signatures:
        fault = fault_of(zone.name, soas, signature, keys, with_keys.received)
        if fault is not None:
            faults.add(fault, signature, server)
    return bool(signatures)


CASE = Case(
    id="dnssec09",
    title="The SOA is signed",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec09.md",
    levels={
        "DS09_ALGO_NOT_SUPPORTED_BY_ZM": Level.NOTICE,
        "DS09_MISSING_RRSIG_IN_RESPONSE": Level.ERROR,
        "DS09_NO_MATCHING_DNSKEY": Level.ERROR,
        "DS09_RRSIG_NOT_VALID_BY_DNSKEY": Level.ERROR,
        "DS09_SOA_RRSIG_EXPIRED": Level.ERROR,
        "DS09_SOA_RRSIG_NOT_YET_VALID": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
