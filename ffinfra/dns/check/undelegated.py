"""A delegation that does not exist yet: what the parent would answer if it did.

Source: https://github.com/zonemaster/zonemaster, specification ``test-types/undelegated-test.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.rdata
import dns.rrset
from dns.name import Name
from dns.rdataclass import IN
from dns.rdatatype import AAAA as AAAA_TYPE
from dns.rdatatype import DS as DS_TYPE
from dns.rdatatype import NS as NS_TYPE
from dns.rdatatype import A as A_TYPE
from dns.rdtypes.ANY.DS import DS
from dns.rrset import RRset

from ffinfra.dns.check.naming import absolute, canonical_address
from ffinfra.dns.check.question import Edns, Question
from ffinfra.dns.check.response import Response
from ffinfra.problems import InvalidInputError, Place, Problem

TTL = 3600


@dataclass(frozen=True)
class Undelegated:
    """The delegation to be tried.

    Attributes:
        nameservers: the addresses of each NS name; none given means: look it up (out of bailiwick only).
        ds: the DS records. With DS alone, the delegation itself stays the published one.
    """

    nameservers: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)
    ds: tuple[DS, ...] = ()

    @classmethod
    def parse(cls, nameservers: Iterable[str], ds: Iterable[str] = ()) -> Undelegated:
        """From ``name`` or ``name/address`` and ``keytag,algorithm,digest type,digest`` texts.

        Raises:
            InvalidInputError: a text has another form.
        """
        addresses: dict[Name, list[str]] = {}
        for text in nameservers:
            name, _, address = text.partition("/")
            known = addresses.setdefault(absolute(name), [])
            if address and canonical_address(address) not in known:
                known.append(canonical_address(address))
        return cls({name: tuple(known) for name, known in addresses.items()}, tuple(_ds(text) for text in ds))


def _ds(text: str) -> DS:
    try:
        rdata = dns.rdata.from_text(IN, DS_TYPE, text.replace(",", " "))
    except dns.exception.DNSException as error:
        problem = Problem(
            place=Place(text),
            what=f"{text!r} is no DS record: {error}",
            way_out="Write key tag, algorithm, digest type and digest in hexadecimal, with commas between",
        )
        raise InvalidInputError([problem]) from error
    assert isinstance(rdata, DS)
    return rdata


@dataclass(frozen=True)
class ParentOverlay:
    """What the parent's servers are taken to answer about the zone.

    Attributes:
        zone: the zone that is not delegated.
        undelegated: the delegation to be tried, addresses filled in.
        addresses: the addresses of the parent's servers.
    """

    zone: Name
    undelegated: Undelegated
    addresses: frozenset[str]

    def answer(self, address: str, question: Question) -> Response | None:
        """The parent's answer, or None where the real server is to be asked."""
        if address not in self.addresses:
            return None
        if question.rdtype == DS_TYPE and question.name == self.zone and self.undelegated.ds:
            return self._respond(address, question, [self._ds_rrset()], authoritative=True)
        given = self._given_addresses()
        if not self.undelegated.nameservers or not question.name.is_subdomain(self.zone) or address in given:
            return None
        if question.rdtype == DS_TYPE:
            return self._respond(address, question, [], authoritative=True)
        return self._refer(address, question)

    def _given_addresses(self) -> set[str]:
        return {address for known in self.undelegated.nameservers.values() for address in known}

    def _ds_rrset(self) -> RRset:
        return dns.rrset.from_rdata_list(self.zone, TTL, list(self.undelegated.ds))

    def _refer(self, address: str, question: Question) -> Response:
        response = self._respond(address, question, [], authoritative=False)
        message = response.message
        is_ns = question.rdtype == NS_TYPE and question.name == self.zone
        target = message.answer if is_ns else message.authority
        for name, addresses in self.undelegated.nameservers.items():
            target.append(dns.rrset.from_text(self.zone, TTL, IN, NS_TYPE, name.to_text()))
            for known in addresses:
                rdtype = AAAA_TYPE if ":" in known else A_TYPE
                message.additional.append(dns.rrset.from_text(name, TTL, IN, rdtype, known))
        return response

    @staticmethod
    def _respond(address: str, question: Question, answer: list[RRset], *, authoritative: bool) -> Response:
        dnssec = question.edns is Edns.DNSSEC
        query = dns.message.make_query(question.name, question.rdtype, use_edns=0 if dnssec else -1)
        if dnssec:
            query.want_dnssec()
        message = dns.message.make_response(query)
        if dnssec:
            message.use_edns(0, ednsflags=dns.flags.DO)
        message.flags |= dns.flags.AA if authoritative else 0
        message.answer.extend(answer)
        return Response(message, address, 0.0)
