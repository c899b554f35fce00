"""Who must answer in a rehearsal, and whether names stopped resolving, at a resolver that is played."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import dns.message
import dns.rcode
import dns.rrset
import pytest

from ffinfra.dns.check.question import NoResponse, Question, Silence
from ffinfra.dns.check.response import Response
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.records import RRsetKey
from ffinfra.lab.rehearsal import lookups
from ffinfra.lab.rehearsal.timeline import StepFailedError
from ffinfra.stack import read_declarations
from tests.hosts.samples import ROOT

PARENT = "musterstadt.example."
SOA = "ns.example. hostmaster.example. 1 2 3 4 5"
DEAD = NoResponse(Silence.TIMEOUT)


def reply(question: Question, rcode: str, *, records: bool) -> Response:
    """What a resolver says."""
    message = dns.message.make_response(dns.message.make_query(question.name, question.rdtype))
    message.set_rcode(dns.rcode.from_text(rcode))
    if records:
        message.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SOA", SOA))
    return Response(message, "127.0.0.53", 0.0)


@dataclass
class PlayedResolver:
    """Answers the parent's SOA in one way and everything else in another; without an rcode not at all."""

    parent: str | None
    zones: str | None
    parent_records: bool = True

    def __call__(self, _timing: object) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def ask(self, address: str, question: Question) -> Response | NoResponse:
        assert address == "127.0.0.53"
        assert question.recurse
        if str(question) == "musterstadt.example SOA":
            return reply(question, self.parent, records=self.parent_records) if self.parent else DEAD
        return reply(question, self.zones, records=False) if self.zones else DEAD


def silence(monkeypatch: pytest.MonkeyPatch, resolver: PlayedResolver) -> float:
    monkeypatch.setattr(lookups, "LiveTransport", resolver)
    return lookups.await_silence(read_declarations(ROOT).zones, PARENT, seconds=0)


@pytest.mark.parametrize("zones", [None, "SERVFAIL"])
def test_names_that_stop_resolving_at_a_living_resolver(
    monkeypatch: pytest.MonkeyPatch, zones: str | None
) -> None:
    assert silence(monkeypatch, PlayedResolver("NOERROR", zones)) >= 0


@pytest.mark.parametrize(
    ("resolver", "found"),
    [
        (PlayedResolver(None, None), "(no answer in time)"),
        (PlayedResolver("SERVFAIL", "SERVFAIL", parent_records=False), "(SERVFAIL, 0 records)"),
        (PlayedResolver("NOERROR", None, parent_records=False), "(NOERROR, 0 records)"),
    ],
    ids=["dead or hanging", "knows nothing", "has lost the zone"],
)
def test_a_resolver_that_fails_itself_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, resolver: PlayedResolver, found: str
) -> None:
    with pytest.raises(StepFailedError) as raised:
        silence(monkeypatch, resolver)
    assert str(raised.value) == (
        f"nothing resolves, but musterstadt.example SOA does not either {found}, whose nameservers are up:"
        " the resolver itself fails"
    )


def test_names_that_go_on_resolving(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StepFailedError, match="still resolve 0 s after the last nameserver went down"):
        silence(monkeypatch, PlayedResolver("NOERROR", "NOERROR"))


def test_who_must_answer_for_each_zone() -> None:
    """Own nameservers while they have power, those that the zone names if it does; the fallback's always."""
    declared = read_declarations(ROOT)
    raw = declared.delegations.model_dump(mode="json", exclude_unset=True)
    raw["zones"][0]["primary"] = {"backend": "own", "nameservers": raw["nameservers"]["own"][:2]}
    delegations = type(declared.delegations).model_validate(raw)
    changed = replace(declared, delegations=delegations)
    apex = frozenset({RRsetKey("ff.musterstadt.example.", "NS")})

    def groups(at: int, mode: Mode) -> list[tuple[str, int, bool]]:
        expected = lookups.Expected(changed, mode, own=mode is Mode.PRIMARY)
        found = lookups._groups(expected, delegations.zones[at], apex)
        return [(whose, len(addresses), without == apex) for whose, addresses, without in found]

    fallback = ("fallback's nameservers", 6, True)
    assert groups(0, Mode.PRIMARY) == [("own nameservers", 4, False), fallback]
    assert groups(1, Mode.PRIMARY) == [("own nameservers", 6, False), fallback]
    assert groups(1, Mode.FALLBACK) == [fallback]
