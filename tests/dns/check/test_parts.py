"""The small parts: names, aliases, serials, tables, hints, planned delegations, wire messages, shared work."""

from __future__ import annotations

import asyncio

import dns.message
import dns.rdata
import pytest
from dns.rdatatype import AAAA, AXFR, DS, MX, NS, SOA, A
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.NS import NS as NS_DATA
from dns.rdtypes.ANY.SOA import SOA as SOA_DATA

from ffinfra.dns.check.asn import Announced, AsnTable, NotAnnounced
from ffinfra.dns.check.cname import chain_end
from ffinfra.dns.check.hints import iana_hints, parse_hints
from ffinfra.dns.check.naming import Nameserver, absolute, canonical_address, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.once import Once
from ffinfra.dns.check.question import Edns, NoResponse, NotRecorded, Question, Silence
from ffinfra.dns.check.resolver import Resolver
from ffinfra.dns.check.response import ANSWER, Kind, Response
from ffinfra.dns.check.run import check_zones
from ffinfra.dns.check.serials import compare
from ffinfra.dns.check.transport import AskOnce
from ffinfra.dns.check.undelegated import ParentOverlay, Undelegated
from ffinfra.dns.check.wire import answers, decode, encode
from ffinfra.problems import InvalidInputError
from tests.dns.check.made_world import NS1, ROOT, TLD, MadeWorld


def cname(owner: str, target: str) -> tuple[dns.name.Name, CNAME]:
    rdata = dns.rdata.from_text("IN", "CNAME", f"{target}.")
    assert isinstance(rdata, CNAME)
    return absolute(owner), rdata


@pytest.mark.parametrize(
    ("chain", "end"),
    [
        ([], "a"),
        ([("a", "b")], "b"),
        ([("b", "c"), ("a", "b"), ("a", "B")], "c"),
        ([("a", "b"), ("a", "c")], None),
        ([("a", "b"), ("b", "a")], None),
        ([("a", "a")], None),
        ([("a", "b"), ("x", "y")], None),
        ([(f"a{n}" if n else "a", f"a{n + 1}") for n in range(9)], "a9"),
        ([(f"a{n}" if n else "a", f"a{n + 1}") for n in range(10)], None),
    ],
)
def test_chains_of_aliases(chain: list[tuple[str, str]], end: str | None) -> None:
    found = chain_end(absolute("a"), [cname(*link) for link in chain])
    assert (short(found) if found else None) == end


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [(1, 1, 0), (2, 1, 1), (1, 2, -1), (0, 2**32 - 1, 1), (2**31 - 1, 0, 1), (2**31, 0, 0)],
)
def test_serials_are_compared_on_a_circle(one: int, other: int, sign: int) -> None:
    assert compare(one, other) == sign


def test_names_and_addresses_have_one_form() -> None:
    assert short(absolute("NS1.Example.")) == "ns1.example"
    assert short(absolute(".")) == "."
    assert canonical_address("2001:0DB8:0::1") == "2001:db8::1"
    assert str(Nameserver(absolute("NS1.Example"), "192.0.2.1")) == "ns1.example/192.0.2.1"
    assert (
        listed([absolute("b.example"), absolute("a.example"), absolute("B.example")]) == "a.example;b.example"
    )


@pytest.mark.parametrize("text", ["a..b", "x" * 64, ".".join(["abcdefg"] * 40)])
def test_what_is_no_name_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no domain name"):
        absolute(text)


def test_a_table_of_announcements_gives_the_longest_prefix() -> None:
    table = AsnTable.parse(
        "# comment\n192.0.2.0/24 64497, 64496\n192.0.2.128/25 64498\n\n2001:db8::/32\t64496\n", "t"
    )
    resolver = Resolver(Network(MadeWorld()), [])
    found = asyncio.run(table.look_up("192.0.2.200", resolver))
    assert isinstance(found, Announced)
    assert (found.asns, str(found.prefix)) == ((64498,), "192.0.2.128/25")
    assert asyncio.run(table.look_up("198.51.100.1", resolver)) == NotAnnounced()


def test_all_mistakes_in_a_table_are_told_with_their_lines() -> None:
    with pytest.raises(InvalidInputError) as caught:
        AsnTable.parse("192.0.2.1/24 64496\n192.0.2.0/24\n192.0.2.0/24 sixty\n192.0.2.0/24 64496", "asns.txt")
    assert [str(problem.place) for problem in caught.value.problems] == [
        "asns.txt:1",
        "asns.txt:2",
        "asns.txt:3",
    ]


def test_hints_are_read_from_a_hints_file() -> None:
    text = (
        ". 3600 NS a.roots.\n. 3600 NS b.roots.\na.roots. 3600 A 192.0.2.1\nb.roots. 3600 AAAA 2001:db8::1\n"
    )
    assert [str(server) for server in parse_hints(text, "root")] == [
        "a.roots/192.0.2.1",
        "b.roots/2001:db8::1",
    ]
    assert len(iana_hints()) == 26


@pytest.mark.parametrize(
    ("text", "what"),
    [("", "no root server"), (". 3600 NS a.roots.", "a.roots. has no address"), ("nonsense", "root:")],
)
def test_mistakes_in_a_hints_file_are_told(text: str, what: str) -> None:
    with pytest.raises(InvalidInputError, match=what):
        parse_hints(text, "root")


def test_planned_delegations_are_read() -> None:
    planned = Undelegated.parse(
        ["ns1.zone.test/192.0.2.1", "NS1.zone.test/2001:DB8::1", "ns2.zone.test"], ["1,13,2," + "AB" * 32]
    )
    assert planned.nameservers == {
        absolute("ns1.zone.test"): ("192.0.2.1", "2001:db8::1"),
        absolute("ns2.zone.test"): (),
    }
    assert [rdata.to_text() for rdata in planned.ds] == ["1 13 2 " + "ab" * 32]
    for names, ds in ((["ns1/192.0.2"], []), (["a..b"], []), ([], ["1,13,2"])):
        with pytest.raises(InvalidInputError):
            Undelegated.parse(names, ds)


def test_the_parent_is_taken_to_answer_about_a_planned_delegation() -> None:
    planned = Undelegated.parse([f"ns1.zone.test/{NS1}"], ["1,13,2," + "ab" * 32])
    overlay = ParentOverlay(absolute("zone.test"), planned, frozenset({TLD, NS1}))

    def ask(
        address: str, name: str, rdtype: dns.rdatatype.RdataType, edns: Edns = Edns.NONE
    ) -> Response | None:
        return overlay.answer(address, Question(absolute(name), rdtype, edns=edns))

    below = ask(TLD, "www.zone.test", A)
    assert below is not None
    assert (below.kind, below.authoritative) == (Kind.REFERRAL, False)
    apex = ask(TLD, "zone.test", NS)
    assert apex is not None
    assert [short(rdata.target) for rdata in apex.rdatas(NS_DATA, sections=ANSWER)] == ["ns1.zone.test"]
    ds = ask(TLD, "zone.test", DS, Edns.DNSSEC)
    assert ds is not None
    assert (ds.authoritative, ds.dnssec_ok, len(ds.message.answer)) == (True, True, 1)
    assert ask(TLD, "other.test", A) is None
    assert ask(ROOT, "zone.test", A) is None
    assert ask(NS1, "zone.test", A) is None


@pytest.mark.parametrize("edns", list(Edns))
def test_questions_are_encoded_as_dnspython_would(edns: Edns) -> None:
    question = Question(absolute("zone.test"), MX, edns=edns, recurse=True)
    message = dns.message.from_wire(encode(question, 7))
    assert (message.id, message.question[0].to_text()) == (7, "zone.test. IN MX")
    assert bool(message.flags & dns.flags.RD)
    assert message.edns == (-1 if edns is Edns.NONE else 0)
    assert bool(message.ednsflags & dns.flags.DO) == (edns is Edns.DNSSEC)
    assert message.payload == {Edns.NONE: 0, Edns.PLAIN: 512, Edns.DNSSEC: 1232, Edns.EXPIRE: 1232}[edns]
    options = [dns.edns.OptionType.EXPIRE] if edns is Edns.EXPIRE else []
    assert [option.otype for option in message.options] == options


def test_octets_that_are_no_response_are_refused() -> None:
    query = dns.message.make_query("zone.test", "A")
    assert decode(query.to_wire(), "192.0.2.1", 0.0) is None
    assert decode(b"\x00\x01\x80", "192.0.2.1", 0.0) is None
    assert decode(b"", "192.0.2.1", 0.0) is None


def test_an_answer_belongs_to_its_question() -> None:
    question = Question(absolute("Zone.test"), A)
    fitting = dns.message.make_response(dns.message.make_query("zone.TEST", "A"))
    other = dns.message.make_response(dns.message.make_query("zone.test", "AAAA"))
    bare = dns.message.make_response(dns.message.make_query("zone.test", "A"))
    bare.question.clear()
    assert [answers(Response(one, "", 0.0), question) for one in (fitting, other, bare)] == [
        True,
        False,
        False,
    ]
    bare.set_rcode(dns.rcode.FORMERR)
    assert answers(Response(bare, "", 0.0), question)


def test_broken_records_are_left_out_and_told() -> None:
    message = dns.message.make_response(dns.message.make_query("zone.test", "DS"))
    message.answer.append(dns.rrset.from_text("zone.test.", 60, "IN", "DS", "1 13 2 " + "ab" * 32))
    message.answer.append(dns.rrset.from_text("zone.test.", 60, "IN", "SOA", "a. b. 1 2 3 4 5"))
    octets = bytearray(message.to_wire())
    place = octets.index(bytes.fromhex("abab")) - 1
    octets[place] = 1
    response = decode(bytes(octets), "192.0.2.1", 0.0)
    assert response is not None
    assert [(short(one.owner), one.rdtype, one.length) for one in response.broken] == [("zone.test", DS, 36)]
    assert len(response.rdatas(SOA_DATA)) == 1


def test_work_is_done_once_and_survives_a_waiter_that_gives_up() -> None:
    calls: list[int] = []

    async def run() -> list[int]:
        once: Once[str, int] = Once()
        release = asyncio.Event()

        async def work() -> int:
            calls.append(1)
            await release.wait()
            return 42

        first = asyncio.create_task(once.get("x", work))
        second = asyncio.create_task(once.get("x", work))
        await asyncio.sleep(0)
        first.cancel()
        release.set()
        return [await second, await once.get("x", work)]

    assert asyncio.run(run()) == [42, 42]
    assert calls == [1]


def test_each_question_is_asked_once_a_run() -> None:
    world = MadeWorld()
    asyncio.run(
        check_zones(
            ["zone.test", "zone.test"], transport=world, hints=[Nameserver(absolute("a.roots"), ROOT)]
        )
    )
    assert len(world.asked) == len(set(world.asked))
    assert AXFR in {question.rdtype for _, question in world.asked}
    assert {question.rdtype for _, question in world.asked} >= {SOA, NS, A, AAAA, MX}


def test_what_is_not_recorded_stays_in_the_ledger() -> None:
    class Nothing:
        async def ask(self, address: str, question: Question) -> NotRecorded:
            return NotRecorded(address, question)

    network = Network(AskOnce(Nothing()))
    server = Nameserver(absolute("a.roots"), ROOT)
    assert asyncio.run(network.ask(server, absolute("zone.test"), SOA)) is None
    assert [str(one.question) for one in network.ledger.not_recorded] == ["zone.test SOA"]
    assert (network.ledger.responses, network.ledger.silent) == (0, 0)


def test_a_version_that_is_switched_off_is_not_asked() -> None:
    world = MadeWorld()
    network = Network(world, frozenset())
    server = Nameserver(absolute("a.roots"), ROOT)
    outcome = asyncio.run(network.outcome(server, Question(absolute("."), SOA)))
    assert outcome == NoResponse(Silence.DISABLED)
    assert world.asked == []
