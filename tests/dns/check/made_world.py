"""A DNS tree made for one test: zones on addresses, answered in memory, with faults put in by the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import dns.zone
from dns.message import Message
from dns.name import Name
from dns.rdatatype import AXFR, CNAME, DS, NS, RRSIG, SOA, RdataType

from ffinfra.dns.check.findings import ZoneReport
from ffinfra.dns.check.naming import Nameserver, absolute
from ffinfra.dns.check.question import Edns, NoResponse, Protocol, Question, Silence
from ffinfra.dns.check.response import Outcome
from ffinfra.dns.check.run import check_zone
from ffinfra.dns.check.undelegated import Undelegated
from ffinfra.dns.check.wire import decode

ROOT = "192.0.2.1"
TLD = "192.0.2.2"
NS1 = "192.0.2.11"
NS2 = "2001:db8::12"

Fault = Callable[[Message], Message | None]
"""What a fault makes of an answer; None is silence."""

ROOT_ZONE = f"""\
$ORIGIN .
@ 60 SOA a.roots. h.roots. 1 14400 3600 604800 300
@ 60 NS a.roots.
a.roots. 60 A {ROOT}
test. 60 NS ns.test.
ns.test. 60 A {TLD}
"""

TLD_ZONE = f"""\
$ORIGIN test.
@ 60 SOA ns h 1 14400 3600 604800 300
@ 60 NS ns
ns 60 A {TLD}
zone 60 NS ns1.zone
zone 60 NS ns2.zone
ns1.zone 60 A {NS1}
ns2.zone 60 AAAA {NS2}
"""

ZONE = f"""\
$ORIGIN zone.test.
@ 60 SOA ns1 h 7 14400 3600 604800 300
@ 60 NS ns1
@ 60 NS ns2
@ 60 A 192.0.2.80
@ 60 AAAA 2001:db8::80
@ 60 MX 10 mail
@ 60 TXT "v=spf1 mx -all"
ns1 60 A {NS1}
ns2 60 AAAA {NS2}
mail 60 A 192.0.2.25
"""


@dataclass
class MadeWorld:
    """Zones by address, and faults; it is a transport.

    Attributes:
        zones: the master files of each address, by zone.
        asked: every question with the address, in the order asked.
    """

    zones: dict[str, dict[str, str]] = field(
        default_factory=lambda: {
            ROOT: {".": ROOT_ZONE},
            TLD: {"test.": TLD_ZONE},
            NS1: {"zone.test.": ZONE},
            NS2: {"zone.test.": ZONE},
        }
    )
    asked: list[tuple[str, Question]] = field(default_factory=list)
    _faults: list[tuple[Callable[[str, Question], bool], Fault]] = field(default_factory=list)
    _sources: dict[str, str] = field(default_factory=dict)

    def change(self, old: str, new: str, *addresses: str) -> MadeWorld:
        """Replace a text in the master files of some addresses; of all that hold it for none."""
        held = False
        for address, zones in self.zones.items():
            for name, text in zones.items():
                if old in text and (not addresses or address in addresses):
                    zones[name] = text.replace(old, new)
                    held = True
        assert held, f"{old!r} is nowhere"
        return self

    def fault(
        self,
        make: Fault,
        *addresses: str,
        rdtype: RdataType | None = None,
        name: str | None = None,
        over: Protocol | None = None,
        edns: Edns | None = None,
    ) -> MadeWorld:
        """Let answers go wrong: of these addresses, and only those about the type, name and so on given."""

        def applies(address: str, question: Question) -> bool:
            wanted = (rdtype, absolute(name) if name else None, over, edns)
            has = (question.rdtype, question.name, question.over, question.edns)
            fits = all(want is None or want == have for want, have in zip(wanted, has, strict=True))
            return fits and (not addresses or address in addresses)

        self._faults.append((applies, make))
        return self

    def answer_from(self, address: str, source: str) -> MadeWorld:
        """Let the answers of an address come from another one."""
        self._sources[address] = source
        return self

    async def ask(self, address: str, question: Question) -> Outcome:
        """The answer of the address."""
        self.asked.append((address, question))
        if address not in self.zones:
            return NoResponse(Silence.TIMEOUT)
        answer: Message | None = self._answer(address, question)
        for applies, make in self._faults:
            if answer is not None and applies(address, question):
                answer = make(answer)
        if answer is None:
            return NoResponse(Silence.TIMEOUT)
        source = self._sources.get(address, address)
        wire = getattr(answer, "made_octets", None) or answer.to_wire(max_size=65535)
        return decode(wire, source, time.time()) or NoResponse(Silence.MALFORMED)

    def check(
        self,
        case: str,
        zone: str = "zone.test",
        *,
        undelegated: Undelegated | None = None,
        ipv4: bool = True,
        ipv6: bool = True,
    ) -> ZoneReport:
        """Run one test case."""
        return asyncio.run(
            check_zone(
                zone,
                transport=self,
                hints=[Nameserver(absolute("a.roots"), ROOT)],
                undelegated=undelegated,
                cases=[case],
                ipv4=ipv4,
                ipv6=ipv6,
            )
        )

    def told(self, case: str, zone: str = "zone.test") -> list[tuple[str, Mapping[str, str | int]]]:
        """What a test case says, as plain data."""
        return [(one.tag, dict(one.arguments)) for one in self.check(case, zone).findings]

    def tags(self, case: str, zone: str = "zone.test") -> list[str]:
        """The tags of what a test case says, sorted, each once."""
        return sorted(self.check(case, zone).tags)

    def _answer(self, address: str, question: Question) -> Message:
        query = dns.message.make_query(
            question.name, question.rdtype, use_edns=question.edns is not Edns.NONE
        )
        query.want_dnssec(question.edns is Edns.DNSSEC)
        answer = dns.message.make_response(query)
        origin = self._origin(address, question)
        if origin is None or question.rdtype == AXFR:
            answer.set_rcode(dns.rcode.REFUSED)
            return answer
        zone = self._zone(address, origin)
        cut = _cut(zone, question)
        if cut is not None:
            _refer(answer, zone, cut)
        else:
            _fill(answer, zone, question)
        return answer

    def _origin(self, address: str, question: Question) -> Name | None:
        served = [absolute(name) for name in self.zones[address]]
        above = [
            name
            for name in served
            if question.name.is_subdomain(name) and not (question.rdtype == DS and name == question.name)
        ]
        return max(above, key=lambda name: len(name.labels), default=None)

    def _zone(self, address: str, origin: Name) -> dns.zone.Zone:
        return _parse(self.zones[address][origin.to_text()], origin)


@cache
def _parse(text: str, origin: Name) -> dns.zone.Zone:
    return dns.zone.from_text(text, origin, relativize=False, check_origin=False)


def _cut(zone: dns.zone.Zone, question: Question) -> Name | None:
    """The delegation on the way to a name, if there is one."""
    assert zone.origin is not None
    name = question.name
    for depth in range(len(zone.origin.labels) + 1, len(name.labels) + 1):
        at = Name(name.labels[-depth:])
        if zone.get_rdataset(at, NS) and not (question.rdtype == DS and at == name):
            return at
    return None


def _add(section: list[dns.rrset.RRset], zone: dns.zone.Zone, name: Name, rdtype: RdataType) -> bool:
    for node_name in (node_name for node_name in zone if node_name == name):
        for rdataset in zone[node_name].rdatasets:
            if rdataset.rdtype == rdtype or (rdataset.rdtype == RRSIG and rdataset.covers == rdtype):
                rrset = dns.rrset.RRset(name, rdataset.rdclass, rdataset.rdtype, rdataset.covers)
                for rdata in rdataset:
                    rrset.add(rdata, rdataset.ttl)
                section.append(rrset)
    return bool(section)


def _refer(answer: Message, zone: dns.zone.Zone, cut: Name) -> None:
    _add(answer.authority, zone, cut, NS)
    _glue(answer, zone, answer.authority[0])


def _glue(answer: Message, zone: dns.zone.Zone, ns_set: dns.rrset.RRset) -> None:
    for rdata in ns_set:
        for rdtype in ("A", "AAAA"):
            _add(answer.additional, zone, rdata.target, RdataType.from_text(rdtype))


def _fill(answer: Message, zone: dns.zone.Zone, question: Question) -> None:
    assert zone.origin is not None
    answer.flags |= dns.flags.AA
    if _add(answer.answer, zone, question.name, question.rdtype):
        if question.rdtype == NS:
            _glue(answer, zone, answer.answer[0])
        return
    if _add(answer.answer, zone, question.name, CNAME):
        return
    if not any(name.is_subdomain(question.name) for name in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    _add(answer.authority, zone, zone.origin, SOA)


def silence(_answer: Message) -> None:
    """A fault: no answer."""
    return


def rcode(mnemonic: str) -> Callable[[Message], Message]:
    """A fault: an error in place of the answer."""

    def make(answer: Message) -> Message:
        answer.set_rcode(dns.rcode.from_text(mnemonic))
        for section in answer.sections[1:]:
            section.clear()
        return answer

    return make


def flags(*, clear: int = 0, put: int = 0) -> Fault:
    """A fault: header flags changed."""

    def make(answer: Message) -> Message:
        answer.flags = (answer.flags & ~clear) | put
        return answer

    return make


def records(*texts: str, section: int = 1) -> Callable[[Message], Message]:
    """A fault: other records in a section, one record a text."""

    def make(answer: Message) -> Message:
        answer.sections[section][:] = [_record(text) for text in texts]
        return answer

    return make


def _record(text: str) -> dns.rrset.RRset:
    owner, rdtype, data = text.split(" ", 2)
    return dns.rrset.from_text(absolute(owner), 60, "IN", rdtype, data)


def no_edns(answer: Message) -> Message:
    """A fault: the answer has no OPT record."""
    answer.use_edns(-1)
    return answer


def only(report: ZoneReport, tags: Sequence[str]) -> list[Mapping[str, str | int]]:
    """The arguments of the findings with these tags."""
    return [dict(one.arguments) for one in report.findings if one.tag in tags]
