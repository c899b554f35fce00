"""DNSSEC02: every DS has its DNSKEY, and the DNSKEY signs the DNSKEY set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dns.dnssec
from dns.dnssectypes import DSDigest
from dns.name import Name
from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdatatype import DS as DS_TYPE
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.apex_signatures import Fault, covering, fault_of, mnemonic
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.families import disabled
from ffinfra.dns.check.findings import Argument, Level, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.question import Edns
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.zone import Zone

ZONE_FLAG = 0x0100
SEP_FLAG = 0x0001
DIGESTS = {DSDigest.SHA1, DSDigest.SHA256, DSDigest.SHA384}
"""Digest types that can be computed here; a DS of another type is taken to match by its key tag."""

TAGS_BY_KEY = (
    "DS02_NO_DNSKEY_FOR_DS",
    "DS02_NO_MATCH_DS_DNSKEY",
    "DS02_DNSKEY_NOT_FOR_ZONE_SIGNING",
    "DS02_DNSKEY_NOT_SEP",
    "DS02_NO_MATCHING_DNSKEY_RRSIG",
    "DS02_RRSIG_NOT_VALID_BY_DNSKEY",
    "DS02_ALGO_NOT_SUPPORTED_BY_ZM",
)


class _Notes:
    """The addresses of the servers by what is wrong there, and by key tag."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, int, int], list[str]] = {}
        self.without_key: list[str] = []
        self.without_signature: list[str] = []

    def note(self, tag: str, key_tag: int, address: str, algorithm: int = 0) -> None:
        """File one fault."""
        self.by_key.setdefault((tag, key_tag, algorithm), []).append(address)


async def run(zone: Zone, network: Network) -> list[Message]:
    """Collect the DS records at the parent and hold the DNSKEY set of every server against them."""
    parents = await (await zone.v1.parent()).child_servers()
    messages = disabled(network, parents, DS_TYPE)
    records = await _ds_records(zone, network, network.usable(parents))
    if not records:
        return messages
    servers = await zone.v1.all_servers()
    notes = _Notes()
    for server, response in await network.ask_all(
        network.usable(servers), zone.name, DNSKEY_TYPE, edns=Edns.DNSSEC
    ):
        if response is not None and _is_usable(response):
            _check_server(zone.name, server, response, records, notes)
    return messages + disabled(network, servers, DNSKEY_TYPE) + _tell(notes)


async def _ds_records(zone: Zone, network: Network, parents: Iterable[Nameserver]) -> list[DS]:
    responses = await network.ask_all(parents, zone.name, DS_TYPE, edns=Edns.DNSSEC)
    found = (
        record
        for _, response in responses
        if response is not None and _is_usable(response)
        for record in response.rdatas(DS, zone.name, ANSWER)
    )
    return list(dict.fromkeys(found))


def _is_usable(response: Response) -> bool:
    return response.succeeded and response.has_edns and response.dnssec_ok and response.authoritative


def _check_server(
    zone: Name, server: Nameserver, response: Response, records: Sequence[DS], notes: _Notes
) -> None:
    keys = response.rdatas(DNSKEY, zone, ANSWER)
    if not keys:
        return
    signatures = covering(response, DNSKEY_TYPE)
    matched = [key for record in records if (key := _match(zone, server, record, keys, notes)) is not None]
    signed = [_is_signed(zone, server, response, key, signatures, notes) for key in dict.fromkeys(matched)]
    if not matched:
        notes.without_key.append(server.address)
    if not any(signed):
        notes.without_signature.append(server.address)


def _match(
    zone: Name, server: Nameserver, record: DS, keys: Sequence[DNSKEY], notes: _Notes
) -> DNSKEY | None:
    """The zone key that a DS points at, by digest or, failing that, by key tag."""
    address, tag = server.address, record.key_tag
    same_tag = [key for key in keys if dns.dnssec.key_id(key) == tag]
    if not same_tag:
        notes.note("DS02_NO_DNSKEY_FOR_DS", tag, address)
        return None
    matching = [key for key in same_tag if _digests_to(zone, key, record)]
    if not matching:
        notes.note("DS02_NO_MATCH_DS_DNSKEY", tag, address)
    key = (matching or same_tag)[0]
    if not key.flags & ZONE_FLAG:
        notes.note("DS02_DNSKEY_NOT_FOR_ZONE_SIGNING", tag, address)
        return None
    if not key.flags & SEP_FLAG:
        notes.note("DS02_DNSKEY_NOT_SEP", tag, address)
    return key


def _digests_to(zone: Name, key: DNSKEY, record: DS) -> bool:
    if record.digest_type not in DIGESTS:
        return True
    made = dns.dnssec.make_ds(zone, key, record.digest_type, validating=True)
    return made.digest == record.digest and key.algorithm == record.algorithm


def _is_signed(
    zone: Name,
    server: Nameserver,
    response: Response,
    key: DNSKEY,
    signatures: Sequence[RRSIG],
    notes: _Notes,
) -> bool:
    """Whether a key signs the DNSKEY set; what is wrong with its signatures is noted."""
    tag, address = dns.dnssec.key_id(key), server.address
    keys = response.rdatas(DNSKEY, zone, ANSWER)
    own = [one for one in signatures if one.key_tag == tag]
    faults = [fault_of(zone, keys, one, keys, response.received) for one in own]
    for signature, fault in zip(own, faults, strict=True):
        if fault is Fault.UNSUPPORTED:
            notes.note("DS02_ALGO_NOT_SUPPORTED_BY_ZM", tag, address, int(signature.algorithm))
        elif fault is not None:
            notes.note("DS02_RRSIG_NOT_VALID_BY_DNSKEY", tag, address)
    if None not in faults:
        notes.note("DS02_NO_MATCHING_DNSKEY_RRSIG", tag, address)
    return None in faults


def _tell(notes: _Notes) -> list[Message]:
    messages = []
    for (tag, key_tag, algorithm), addresses in sorted(notes.by_key.items()):
        arguments: dict[str, Argument] = {"keytag": key_tag, "ns_ip_list": listed(addresses)}
        if algorithm:
            arguments |= {"algo_num": algorithm, "algo_mnemo": mnemonic(algorithm)}
        messages.append(message(tag, **arguments))
    if notes.without_key:
        messages.append(message("DS02_NO_VALID_DNSKEY_FOR_ANY_DS", ns_ip_list=listed(notes.without_key)))
    elif notes.without_signature:
        addresses_text = listed(notes.without_signature)
        messages.append(message("DS02_DNSKEY_NOT_SIGNED_BY_ANY_DS", ns_ip_list=addresses_text))
    return messages


CASE = Case(
    id="dnssec02",
    title="Every DS has a DNSKEY that signs the keys",
    source=SPECIFICATIONS + "DNSSEC-TP/dnssec02.md",
    levels={
        "DS02_ALGO_NOT_SUPPORTED_BY_ZM": Level.NOTICE,
        "DS02_DNSKEY_NOT_FOR_ZONE_SIGNING": Level.ERROR,
        "DS02_DNSKEY_NOT_SEP": Level.NOTICE,
        "DS02_DNSKEY_NOT_SIGNED_BY_ANY_DS": Level.ERROR,
        "DS02_NO_DNSKEY_FOR_DS": Level.WARNING,
        "DS02_NO_MATCHING_DNSKEY_RRSIG": Level.WARNING,
        "DS02_NO_MATCH_DS_DNSKEY": Level.ERROR,
        "DS02_NO_VALID_DNSKEY_FOR_ANY_DS": Level.ERROR,
        "DS02_RRSIG_NOT_VALID_BY_DNSKEY": Level.ERROR,
        "IPV4_DISABLED": Level.DEBUG,
        "IPV6_DISABLED": Level.DEBUG,
    },
    procedure=run,
)
