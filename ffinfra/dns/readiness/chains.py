"""Whether a validating resolver that holds a zone's DS would believe a nameserver (RFC 4035 section 5).

The DS must stand for a key of the zone that has signed its DNSKEY RRset, and the keys there must have signed the SOA
and one RRset more. Whatever cannot be verified counts as broken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.dnssec
import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.question import Edns, NoResponse, Question
from ffinfra.dns.check.response import ANSWER, Response
from ffinfra.dns.check.signatures import Verdict, verify
from ffinfra.dns.readiness.facts import Chain
from ffinfra.dns.records import RRsetKey, Zone, delegations

_ZONE_KEY = 0x0100
_REVOKED = 0x0080
"""Flags of a DNSKEY (RFC 4034 section 2.1.1, RFC 5011 section 7)."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """The outcome for one RRset: why its signatures are worth nothing, else how many seconds they last."""

    wrong: str
    seconds: int = 0


async def ask_chain(
    transport: LiveTransport, server: str, origin: str, ds: Iterable[str], sample: RRsetKey | None
) -> Chain:
    """Ask a nameserver for keys, SOA and a sample, and verify them.

    Args:
        transport: over which is asked.
        server: its address.
        origin: the zone.
        ds: the values that resolvers may hold.
        sample: an RRset that the zone signs, beside its SOA.
    """
    apex = RRsetKey(origin, "DNSKEY")
    asked = [apex, RRsetKey(origin, "SOA"), *([sample] if sample else [])]
    answers = await asyncio.gather(*(_ask(transport, server, key) for key in asked))
    return chain_of(origin, ds, list(zip(asked, answers, strict=True)))


def sample_of(zone: Zone) -> RRsetKey | None:
    """An RRset that is signed by the zone's keys and is asked for by its own name; None for a bare zone."""
    cut = delegations(zone)
    found = (
        rrset.key
        for rrset in zone.rrsets
        if rrset.owner not in cut and "*" not in rrset.owner and rrset.type != "NS" and rrset.owner != zone.origin
        and not any(rrset.owner.endswith(f".{name}") for name in cut)
    )  # fmt: skip
    return next(found, None)


def chain_of(
    origin: str, ds: Iterable[str], answers: Sequence[tuple[RRsetKey, Response | NoResponse]]
) -> Chain:
    """Judge the answers, the one with the DNSKEYs first; their own time of arrival is the present time."""
    (_, first), *rest = answers
    keys = _keys(first, origin)
    anchors = [key for key in keys if _stands_for(origin, key, ds)]
    if not keys:
        return Chain("it has no key")
    if not anchors:
        return Chain("none of its keys is one that the DS stands for")
    lasting: list[int] = []
    for (key, answer), signers in ((answers[0], anchors), *((one, keys) for one in rest)):
        signed = _signed(key, answer, dns.name.from_text(origin), signers)
        if signed.wrong:
            return Chain(f"{key}: {signed.wrong}")
        lasting.append(signed.seconds)
    return Chain("", min(lasting))


async def _ask(transport: LiveTransport, server: str, key: RRsetKey) -> Response | NoResponse:
    name, rdtype = dns.name.from_text(key.owner), dns.rdatatype.from_text(key.type)
    return await transport.ask(server, Question(name, rdtype, edns=Edns.DNSSEC))


def _keys(answer: Response | NoResponse, origin: str) -> list[DNSKEY]:
    """The keys that may sign the zone."""
    if not isinstance(answer, Response):
        return []
    found = answer.rdatas(DNSKEY, dns.name.from_text(origin), ANSWER)
    return [key for key in found if key.flags & _ZONE_KEY and not key.flags & _REVOKED]


def _stands_for(origin: str, key: DNSKEY, ds: Iterable[str]) -> bool:
    """Whether one of the DS values is that of a key; a digest that cannot be computed here is none."""
    name = dns.name.from_text(origin)
    for text in ds:
        wanted = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.DS, text)
        assert isinstance(wanted, DS)
        try:
            made = dns.dnssec.make_ds(name, key, wanted.digest_type, validating=True)
        except dns.exception.DNSException:
            continue
        if made == wanted:
            return True
    return False


def _signed(
    key: RRsetKey, answer: Response | NoResponse, signer: dns.name.Name, keys: Sequence[DNSKEY]
) -> _Signed:
    """Whether one of the keys has signed an RRset, and for how long; the longest signature counts."""
    if not isinstance(answer, Response):
        return _Signed(answer.reason.value)
    name, rdtype = dns.name.from_text(key.owner), dns.rdatatype.from_text(key.type)
    records = [
        rdata
        for rrset in answer.rrsets(ANSWER)
        if rrset.name == name and rrset.rdtype == rdtype
        for rdata in rrset
    ]
    covering = [one for one in answer.rdatas(RRSIG, name, ANSWER) if one.type_covered == rdtype]
    if not records:
        return _Signed(f"it answers {answer.rcode} without the RRset")
    if not covering:
        return _Signed("it answers without signature")
    wrong, lasting = "", []
    for one in covering:
        verdict = verify(name, records, one, keys)
        if one.signer != signer:
            wrong = f"it is signed by {one.signer}"
        elif verdict is not Verdict.VALID:
            wrong = f"the signature is {verdict.value}"
        elif one.inception > answer.received:
            wrong = "the signature is not valid yet"
        elif one.expiration <= answer.received:
            wrong = f"the signature has ended {answer.received - one.expiration:.0f} s ago"
        else:
            lasting.append(int(one.expiration - answer.received))
    return _Signed("", max(lasting)) if lasting else _Signed(wrong)
