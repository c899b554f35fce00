"""Verifying DNSSEC signatures, with the standard library alone.

Only public data is handled, so nothing has to run in constant time. Signing is none of our business.
Sources: RFC 4034 sections 3 and 6, RFC 3110 and 5702 (RSA), RFC 6605 (ECDSA), RFC 8080 (Ed25519).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

import dns.dnssec
from dns.dnssectypes import Algorithm
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.curves import P256, P384, verify_ecdsa, verify_ed25519

_RSA_PREFIX: Final = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha512": "3051300d060960864801650304020305000440",
}
"""The DER of the digest's algorithm (RFC 8017, section 9.2, note 1)."""

_RSA: Final = {
    Algorithm.RSASHA1: "sha1",
    Algorithm.RSASHA1NSEC3SHA1: "sha1",
    Algorithm.RSASHA256: "sha256",
    Algorithm.RSASHA512: "sha512",
}
_ECDSA: Final = {Algorithm.ECDSAP256SHA256: (P256, "sha256"), Algorithm.ECDSAP384SHA384: (P384, "sha384")}
MOST_KEYS: Final = 4
"""Keys with the tag of one signature that are tried; more are an attack (CVE-2023-50387)."""

MOST_RSA_OCTETS: Final = 512
"""Of a modulus: 4096 bits (RFC 5702, section 2)."""

SUPPORTED: Final = frozenset({*_RSA, *_ECDSA, Algorithm.ED25519})


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
    if key.algorithm in _RSA:
        return _verify_rsa(key.key, data, signature.signature, _RSA[key.algorithm])
    if key.algorithm in _ECDSA:
        curve, digest = _ECDSA[key.algorithm]
        return verify_ecdsa(curve, key.key, hashlib.new(digest, data).digest(), signature.signature)
    return verify_ed25519(key.key, data, signature.signature)


def _verify_rsa(key: bytes, data: bytes, signature: bytes, digest: str) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.2), the key as in RFC 3110, section 2."""
    if len(key) < 3:
        return False
    start = 1 if key[0] else 3
    length = key[0] or int.from_bytes(key[1:3], "big")
    exponent = int.from_bytes(key[start : start + length], "big")
    modulus = int.from_bytes(key[start + length :], "big")
    size = (modulus.bit_length() + 7) // 8
    encoded = bytes.fromhex(_RSA_PREFIX[digest]) + hashlib.new(digest, data).digest()
    padding = size - len(encoded) - 3
    if padding < 8 or len(signature) != size or size > MOST_RSA_OCTETS or exponent > modulus:
        return False
    expected = b"\x00\x01" + b"\xff" * padding + b"\x00" + encoded
    return pow(int.from_bytes(signature, "big"), exponent, modulus) == int.from_bytes(expected, "big")
