"""Keys and signatures of a nameserver against the DS that resolvers may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from ffinfra.dns.check.question import NoResponse, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.readiness.chains import chain_of, sample_of
from ffinfra.dns.readiness.facts import Chain
from ffinfra.dns.records import RRsetKey

ORIGIN = "mesh.net.example."
NOW = 1_800_000_000
WWW = RRsetKey(f"www.{ORIGIN}", "A")
KSK, ZSK, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))


def public(key: ec.EllipticCurvePrivateKey, flags: int) -> DNSKEY:
    made: DNSKEY = dns.dnssec.make_dnskey(key.public_key(), "ECDSAP256SHA256", flags)
    return made


@dataclass(frozen=True)
class Zone:
    """A signed zone at one nameserver, with what may be wrong in it."""

    keys_signed_by: tuple[ec.EllipticCurvePrivateKey, int] = (KSK, 257)
    content_signed_by: tuple[ec.EllipticCurvePrivateKey, int] = (ZSK, 256)
    published: Sequence[DNSKEY] = field(default_factory=lambda: [public(KSK, 257), public(ZSK, 256)])
    begins: int = NOW - 3600
    ends: int = NOW + 7200
    www_ends: int = NOW + 5000
    unsigned: tuple[str, ...] = ()

    def answers(self) -> list[tuple[RRsetKey, Response | NoResponse]]:
        keys = dns.rrset.from_rdata_list(ORIGIN, 600, self.published)
        soa = dns.rrset.from_text(ORIGIN, 600, "IN", "SOA", f"ns1.{ORIGIN} h.{ORIGIN} 1 2 3 4 5")
        www = dns.rrset.from_text(WWW.owner, 600, "IN", "A", "192.0.2.80")
        return [
            (RRsetKey(ORIGIN, "DNSKEY"), self._answer(keys, self.keys_signed_by, self.ends)),
            (RRsetKey(ORIGIN, "SOA"), self._answer(soa, self.content_signed_by, self.ends)),
            (WWW, self._answer(www, self.content_signed_by, self.www_ends)),
        ]

    def _answer(
        self, rrset: dns.rrset.RRset, signer: tuple[ec.EllipticCurvePrivateKey, int], ends: int
    ) -> Response:
        message = dns.message.make_response(dns.message.make_query(rrset.name, rrset.rdtype))
        message.answer.append(rrset)
        if dns.rdatatype.to_text(rrset.rdtype) not in self.unsigned:
            key, flags = signer
            signature = dns.dnssec.sign(
                rrset,
                key,
                dns.name.from_text(ORIGIN),
                public(key, flags),
                inception=self.begins,
                expiration=ends,
            )
            message.answer.append(dns.rrset.from_rdata(rrset.name, 600, signature))
        return Response(message, "192.0.2.1", float(NOW))


def ds_of(key: ec.EllipticCurvePrivateKey, digest: str = "SHA256", flags: int = 257) -> str:
    return str(dns.dnssec.make_ds(ORIGIN, public(key, flags), digest).to_text())


@pytest.mark.parametrize("digest", ["SHA256", "SHA384"])
def test_a_chain_that_holds_tells_how_long(digest: str) -> None:
    assert chain_of(ORIGIN, [ds_of(KSK, digest)], Zone().answers()) == Chain("", 5000)


def test_case_and_gaps_of_the_ds_do_not_matter() -> None:
    assert chain_of(ORIGIN, [ds_of(KSK).upper()], Zone().answers()) == Chain("", 5000)


def test_of_two_ds_one_is_enough() -> None:
    """RFC 6840 section 5.11: a validator takes any path that holds."""
    assert chain_of(ORIGIN, [ds_of(OTHER), ds_of(KSK)], Zone().answers()) == Chain("", 5000)


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"published": []}, "it has no key"),
        ({"published": [public(ZSK, 256)]}, "none of its keys is one that the DS stands for"),
        (
            {"keys_signed_by": (ZSK, 256)},
            f"{ORIGIN} DNSKEY: the signature is made by a key that is not there",
        ),
        ({"unsigned": ("DNSKEY",)}, f"{ORIGIN} DNSKEY: it answers without signature"),
        ({"unsigned": ("SOA",)}, f"{ORIGIN} SOA: it answers without signature"),
        ({"unsigned": ("A",)}, f"{WWW}: it answers without signature"),
        ({"www_ends": NOW - 60}, f"{WWW}: the signature has ended 60 s ago"),
        ({"begins": NOW + 60}, f"{ORIGIN} DNSKEY: the signature is not valid yet"),
        (
            {"content_signed_by": (OTHER, 256)},
            f"{ORIGIN} SOA: the signature is made by a key that is not there",
        ),
    ],
)
def test_what_breaks_it(changes: dict[str, Any], broken: str) -> None:
    """A key that no DS stands for may have signed the keys validly: validators do not look at that."""
    answers = replace(Zone(), **changes).answers() if changes.get("published") != [] else _without_keys()
    assert chain_of(ORIGIN, [ds_of(KSK)], answers) == Chain(broken)


def _without_keys() -> list[tuple[RRsetKey, Response | NoResponse]]:
    (_, keys), *rest = Zone().answers()
    assert isinstance(keys, Response)
    keys.message.answer.clear()
    return [(RRsetKey(ORIGIN, "DNSKEY"), keys), *rest]


def test_a_signature_over_other_records() -> None:
    answers = Zone().answers()
    www = answers[2][1]
    assert isinstance(www, Response)
    www.message.answer[0] = dns.rrset.from_text(WWW.owner, 600, "IN", "A", "192.0.2.81")
    broken = f"{WWW}: the signature is not made by any of the keys over these records"
    assert chain_of(ORIGIN, [ds_of(KSK)], answers) == Chain(broken)


def test_a_server_that_falls_silent() -> None:
    answers = [*Zone().answers()[:2], (WWW, NoResponse(Silence.TIMEOUT))]
    assert chain_of(ORIGIN, [ds_of(KSK)], answers) == Chain(f"{WWW}: no answer in time")


def test_the_sample_is_signed_and_asked_by_its_own_name() -> None:
    text = (
        f"@ 600 SOA ns1 noc 1 14400 3600 1209600 600\n@ 600 NS ns1.{ORIGIN}\n*.a 600 A 192.0.2.7\n"
        "b 600 NS ns.b\nns.b 600 A 192.0.2.8\nwww 600 A 192.0.2.7\n"
    )
    assert sample_of(read_zone_text(text, ORIGIN).zone) == WWW
    bare = read_zone_text("\n".join(text.splitlines()[:2]) + "\n", ORIGIN).zone
    assert sample_of(bare) is None
