"""Signatures, by the examples in the RFCs."""

from __future__ import annotations

import time

import dns.dnssec
import dns.rdata
import pytest
from dns.rdata import Rdata
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.apex_signatures import Fault, fault_of
from ffinfra.dns.check.naming import absolute
from ffinfra.dns.check.signatures import Verdict, verify

# Owner, type and data of the record; key; signature.
EXAMPLES = {
    "RFC 5702 section 6.1, RSASHA256": (
        "www.example.net",
        "A",
        "192.0.2.91",
        "256 3 8 AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=",
        (
            "A 8 3 3600 20300101000000 20000101000000 9033 example.net. "
            "kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg=="
        ),
    ),
    "RFC 5702 section 6.2, RSASHA512": (
        "www.example.net",
        "A",
        "192.0.2.91",
        (
            "256 3 10 AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7"
            "cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL"
        ),
        (
            "A 10 3 3600 20300101000000 20000101000000 3740 example.net. "
            "tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/zpq+9fO"
            "uagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw="
        ),
    ),
    "RFC 6605 section 6.1, ECDSAP256SHA256": (
        "www.example.net",
        "A",
        "192.0.2.1",
        "257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
        (
            "A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
            "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="
        ),
    ),
    "RFC 6605 section 6.2, ECDSAP384SHA384": (
        "www.example.net",
        "A",
        "192.0.2.1",
        (
            "257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX4"
            "5NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40"
        ),
        (
            "A 14 3 3600 20100909102025 20100812102025 10771 example.net. "
            "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqX"
            "L5bdcJzusdnI0RSMROxxwGipWcJm"
        ),
    ),
    "RFC 8080 section 6.1, Ed25519": (
        "example.com",
        "MX",
        "10 mail.example.com.",
        "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
        (
            "MX 15 2 3600 1440021600 1438207200 3613 example.com. "
            "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg=="
        ),
    ),
}


def parsed(example: str) -> tuple[str, Rdata, DNSKEY, RRSIG]:
    owner, rdtype, data, key_text, signature_text = EXAMPLES[example]
    key = dns.rdata.from_text("IN", "DNSKEY", key_text)
    signature = dns.rdata.from_text("IN", "RRSIG", signature_text)
    assert isinstance(key, DNSKEY)
    assert isinstance(signature, RRSIG)
    return owner, dns.rdata.from_text("IN", rdtype, data), key, signature


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_rfcs_are_valid(example: str) -> None:
    owner, record, key, signature = parsed(example)
    assert verify(absolute(owner), [record], signature, [key]) is Verdict.VALID
    assert verify(absolute(owner.upper()), [record, record], signature, [key]) is Verdict.VALID


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_changed_record_or_signature_is_not_valid(example: str) -> None:
    owner, record, key, signature = parsed(example)
    assert verify(absolute("other.example"), [record], signature, [key]) is Verdict.INVALID
    changed = bytearray(signature.signature)
    for place in (0, len(changed) // 2, -1):
        changed[place] ^= 1
        other = signature.replace(signature=bytes(changed))
        assert isinstance(other, RRSIG)
        assert verify(absolute(owner), [record], other, [key]) is Verdict.INVALID
    for broken in (b"", b"\x00" * len(changed), b"\xff" * len(changed)):
        other = signature.replace(signature=broken)
        assert isinstance(other, RRSIG)
        assert verify(absolute(owner), [record], other, [key]) is Verdict.INVALID


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_key_that_is_no_point_of_its_curve_verifies_nothing(example: str) -> None:
    owner, record, key, signature = parsed(example)
    for octets in (b"", b"\x00" * len(key.key), b"\xff" * len(key.key)):
        broken = key.replace(key=octets)
        assert isinstance(broken, DNSKEY)
        tagged = signature.replace(key_tag=dns.dnssec.key_id(broken))
        assert isinstance(tagged, RRSIG)
        assert verify(absolute(owner), [record], tagged, [broken]) is Verdict.INVALID


def test_other_keys_and_algorithms_are_told_apart() -> None:
    owner, record, key, signature = parsed("RFC 6605 section 6.1, ECDSAP256SHA256")
    assert verify(absolute(owner), [record], signature, []) is Verdict.NO_KEY
    other_tag = key.replace(flags=256)
    assert isinstance(other_tag, DNSKEY)
    assert verify(absolute(owner), [record], signature, [other_tag]) is Verdict.NO_KEY
    gost = signature.replace(algorithm=12)
    assert isinstance(gost, RRSIG)
    assert verify(absolute(owner), [record], gost, [key]) is Verdict.UNSUPPORTED


def test_the_time_is_judged_before_the_signature() -> None:
    owner, record, key, signature = parsed("RFC 8080 section 6.1, Ed25519")
    keys = [key]
    assert fault_of(absolute(owner), [record], signature, keys, 1439000000) is None
    assert fault_of(absolute(owner), [record], signature, keys, 1438207199) is Fault.NOT_YET_VALID
    assert fault_of(absolute(owner), [record], signature, keys, 1440021601) is Fault.EXPIRED
    assert fault_of(absolute(owner), [record], signature, [], 1439000000) is Fault.NO_KEY


def test_an_oversized_rsa_key_costs_no_time() -> None:
    owner, record, key, signature = parsed("RFC 5702 section 6.1, RSASHA256")
    large = key.replace(key=b"\x00\x10\x00" + b"\xff" * 4096 + b"\xff" * 8000)
    assert isinstance(large, DNSKEY)
    tagged = signature.replace(key_tag=dns.dnssec.key_id(large), signature=b"\x01" * 8000)
    assert isinstance(tagged, RRSIG)
    started = time.monotonic()
    assert verify(absolute(owner), [record], tagged, [large]) is Verdict.INVALID
    assert time.monotonic() - started < 0.5
