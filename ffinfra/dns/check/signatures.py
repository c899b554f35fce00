"""Verifying DNSSEC signatures by dnspython's algorithms (cryptography), with a verdict for each way to fail.

Source: RFC 4034 sections 3 and 6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

import dns.dnssec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from dns.dnssecalgs import get_algorithm_cls_from_dnskey
from dns.dnssectypes import Algorithm
from dns.exception import DNSException
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.RRSIG import RRSIG

MOST_KEYS: Final = 4
"""Keys with the tag of one signature that are tried; more are an attack (CVE-2023-50387)."""

SUPPORTED: Final = frozenset(
    {
        Algorithm.RSASHA1,
        Algorithm.RSASHA1NSEC3SHA1,
        Algorithm.RSASHA256,
        Algorithm.RSASHA512,
        Algorithm.ECDSAP256SHA256,
        Algorithm.ECDSAP384SHA384,
        Algorithm.ED25519,
        Algorithm.ED448,
    }
)


class Verdict(Enum):
    """What a signature is worth."""

    VALID = "valid"
    INVALID = "not made by any of the keys over these records"
    NO_KEY = "made by a key that is not there"
    UNSUPPORTED = "of an algorithm that cannot be verified here"


def verify(owner: Name, records: Sequence[Rdata], signature: RRSIG, keys: Iterable[DNSKEY]) -> Verdict:
    """Judge a signature over an RRset by the keys with its tag; its times are not looked at."""
    if signature.algorithm not in SUPPORTED:
        return Verdict.UNSUPPORTED
    fitting = [
        key
        for key in keys
        if dns.dnssec.key_id(key) == signature.key_tag and key.algorithm == signature.algorithm
    ]
    if not fitting:
        return Verdict.NO_KEY
    data = _signed_data(owner, records, signature)
    return (
        Verdict.VALID if any(_fits(key, data, signature) for key in fitting[:MOST_KEYS]) else Verdict.INVALID
    )


def _signed_data(owner: Name, records: Sequence[Rdata], signature: RRSIG) -> bytes:
    """RFC 4034, section 3.1.8.1: the RDATA without the signature, then the RRset in canonical form.

    The owner is taken as it is; the sets verified here stand at a zone's apex, never under a wildcard.
    """
    head = signature.to_digestable()
    head = head[: len(head) - len(signature.signature)]
    name = owner.to_digestable()
    fixed = struct.pack("!HHI", signature.type_covered, IN, signature.original_ttl)
    datas = sorted({record.to_digestable() for record in records})
    return head + b"".join(name + fixed + struct.pack("!H", len(one)) + one for one in datas)


def _fits(key: DNSKEY, data: bytes, signature: RRSIG) -> bool:
    """Whether a key made a signature; a key or signature of no usable form made none."""
    try:
        public = get_algorithm_cls_from_dnskey(key).public_cls.from_dnskey(key)
        public.verify(signature.signature, data)
    except (InvalidSignature, UnsupportedAlgorithm, DNSException, ValueError, IndexError, struct.error):
        return False
    return True
