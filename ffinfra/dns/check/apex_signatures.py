"""What DNSSEC08 and DNSSEC09 share: every signature over an RRset at the apex, judged one by one.

Source: https://github.com/zonemaster/zonemaster, DNSSEC-TP/dnssec08.md and dnssec09.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import dns.dnssectypes
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.findings import Argument, Message, message
from ffinfra.dns.check.naming import Nameserver, listed
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.signatures import Verdict, verify


class Fault(Enum):
    """What is wrong with a signature."""

    NOT_YET_VALID = "its time has not come"
    EXPIRED = "its time is over"
    UNSUPPORTED = "its algorithm cannot be verified here"
    NO_KEY = "its key is not there"
    INVALID = "its key does not verify it"


_FAULTS: Mapping[Verdict, Fault] = {
    Verdict.UNSUPPORTED: Fault.UNSUPPORTED,
    Verdict.NO_KEY: Fault.NO_KEY,
    Verdict.INVALID: Fault.INVALID,
}


MOST_SIGNATURES: Final = 32
"""Over one RRset; more are an attack (CVE-2023-50387)."""


@dataclass(frozen=True, slots=True)
class FaultyServers:
    """The servers that gave a faulty signature."""

    fault: Fault
    key_tag: int
    algorithm: int


def covering(response: Response, rdtype: RdataType) -> list[RRSIG]:
    """The signatures in an answer section over records of a type; no more than are worth the time."""
    found = [one for one in response.rdatas(RRSIG, sections=ANSWER) if one.type_covered == rdtype]
    return found[:MOST_SIGNATURES]


def fault_of(
    owner: Name, records: Sequence[Rdata], signature: RRSIG, keys: Iterable[DNSKEY], now: float
) -> Fault | None:
    """What is wrong with a signature at a time (seconds since 1970), or None."""
    if signature.inception > now:
        return Fault.NOT_YET_VALID
    if signature.expiration < now:
        return Fault.EXPIRED
    return _FAULTS.get(verify(owner, records, signature, keys))


class Faults:
    """Faulty signatures with the servers that gave them."""

    def __init__(self) -> None:
        self._servers: dict[FaultyServers, list[str]] = {}

    def add(self, fault: Fault, signature: RRSIG, server: Nameserver) -> None:
        """File one signature."""
        place = FaultyServers(fault, signature.key_tag, int(signature.algorithm))
        self._servers.setdefault(place, []).append(server.address)

    def messages(self, tags: Mapping[Fault, str]) -> list[Message]:
        """One message for each fault, key tag and algorithm."""
        found = []
        for place, addresses in self._servers.items():
            algorithm: dict[str, Argument] = (
                {"algo_num": place.algorithm, "algo_mnemo": mnemonic(place.algorithm)}
                if place.fault is Fault.UNSUPPORTED
                else {}
            )
            servers = listed(addresses)
            found.append(message(tags[place.fault], keytag=place.key_tag, ns_ip_list=servers, **algorithm))
        return found


def mnemonic(algorithm: int) -> str:
    """The name of a DNSSEC algorithm; its number where it has none."""
    return dns.dnssectypes.Algorithm.to_text(algorithm)
