"""Which questions are asked of nameservers, and what becomes of their answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import dns.message
import dns.rrset

from ffinfra.dns.answers.comparing import Comparison, Role, compare_zone
from ffinfra.dns.check.question import NoResponse, Question, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.master_file import read_zone_text

if TYPE_CHECKING:
    from ffinfra.dns.check.live import LiveTransport

ZONE = read_zone_text(
    """\
$ORIGIN mesh.example.
@ 600 SOA ns1 noc 1 14400 3600 1209600 600
@ 600 NS ns1
ns1 600 A 192.0.2.1
www 600 A 192.0.2.80
site 600 NS ns.site
site 600 DS 12345 13 2 abababababababababababababababababababababababababababababababab
ns.site 600 A 192.0.2.81
deep.er.site 600 A 192.0.2.82
"""
).zone


@dataclass
class Played:
    """Nameservers: one that has everything, one that has no www, one that is silent."""

    asked: list[str] = field(default_factory=list)

    async def ask(self, server: str, question: Question) -> Response | NoResponse:
        self.asked.append(f"{server} {question}")
        if server == "silent":
            return NoResponse(Silence.TIMEOUT)
        message = dns.message.make_response(dns.message.make_query(question.name, question.rdtype))
        rrset = ZONE.get(str(question.name), question.rdtype.name)
        assert rrset is not None
        if server == "lacking" and "www" in rrset.owner:
            return Response(message, server, 0.0)
        message.flags |= dns.flags.AA
        cut = rrset.type == "NS" and rrset.owner != ZONE.origin
        section = message.authority if cut else message.answer
        section.append(dns.rrset.from_text(rrset.owner, rrset.ttl, "IN", rrset.type, *rrset.values))
        return Response(message, server, 0.0)


def compared(played: Played, *servers: str, seconds: float = 60.0) -> Comparison:
    transport = cast("LiveTransport", played)
    return asyncio.run(compare_zone(transport, ZONE, servers, Role.AUTHORITY, seconds=seconds))


def test_everything_with_authority_is_asked_and_nothing_below_a_cut() -> None:
    played = Played()
    assert compared(played, "well") == Comparison(5, ())
    assert sorted(played.asked) == [
        "well mesh.example NS",
        "well ns1.mesh.example A",
        "well site.mesh.example DS",
        "well site.mesh.example NS",
        "well www.mesh.example A",
    ]


def test_disagreements_are_told_by_server_in_the_order_of_the_zone() -> None:
    found = compared(Played(), "silent", "well", "lacking")
    assert found.questions == 15
    above = [str(rrset.key) for rrset in ZONE.rrsets if not rrset.owner.endswith(".site.mesh.example.")]
    assert [(one.server, one.question) for one in found.disagreements] == [
        *(("silent", key) for key in above),
        ("lacking", "www.mesh.example. A"),
    ]
    assert str(found.disagreements[-1]) == (
        "lacking answers www.mesh.example. A with NOERROR (not AA), declared is 192.0.2.80 (ttl 600)"
    )


def test_what_is_not_asked_in_time_is_counted() -> None:
    played = Played()
    assert compared(played, "well", "lacking", seconds=0.0) == Comparison(0, (), left=10)
    assert played.asked == []
