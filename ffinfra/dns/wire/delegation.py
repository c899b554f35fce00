"""Reading and changing what a parent zone's server says about one child."""

from __future__ import annotations

from collections.abc import Iterable

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from ffinfra.dns.conversion import record_of
from ffinfra.dns.delegation_update import delegation_update
from ffinfra.dns.names import is_within
from ffinfra.dns.records import Record, RRset, group_records
from ffinfra.dns.wire.errors import NotServedError, ServerFailedError, raise_for_rcode
from ffinfra.dns.wire.query import ask
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.update import UPDATE_TIMEOUT


def read_delegation(server: Server, parent: str, child: str, *, key: Key | None = None) -> tuple[RRset, ...]:
    """NS, glue and DS of a child, as the parent's server gives them in a referral (RFC 1034 section 4.3.2).

    Glue is seen only of nameservers that the NS RRset names. An empty result means that the child is not delegated.

    Raises:
        NotServedError: the server does not speak for the parent zone.
        ServerFailedError: it serves the child too, so that it never refers to it; or another rcode.
        WireError: another of the errors of ``ask``.
    """
    referral = _answer(server, parent, child, dns.rdatatype.NS, key)
    if referral.flags & dns.flags.AA and _records(referral.answer, child, child):
        what = f"it serves {child} itself, so its delegation in {parent} cannot be read by questions"
        raise ServerFailedError(server, what)
    nameservers = [one for one in _records(referral.authority, child, child) if one.type == "NS"]
    if not nameservers:
        return ()
    named = {one.value for one in nameservers}
    glue = [
        one
        for one in _records(referral.additional, child, None)
        if one.type in ("A", "AAAA") and one.owner in named
    ]
    secure = _answer(server, parent, child, dns.rdatatype.DS, key)
    ds = [one for one in _records(secure.answer, child, child) if one.type == "DS"]
    return group_records([*nameservers, *glue, *ds])


def change_delegation(
    server: Server, parent: str, old: Iterable[RRset], new: Iterable[RRset], *, key: Key
) -> None:
    """Change a delegation from what was just read to what is wanted, all or nothing.

    Raises:
        LostRaceError: somebody else changed it meanwhile; nothing was written.
        WireError: the server is silent, rejects the key, refuses the update or fails.
    """
    message = delegation_update(parent, old, new)
    if message is None:
        return
    answer = ask(server, message, key=key, timeout=UPDATE_TIMEOUT, tcp=True)
    what = f"the update of {parent}"
    raise_for_rcode(server, parent, answer.rcode(), key, what, signed=answer.had_tsig)


def _answer(
    server: Server, parent: str, child: str, rdtype: dns.rdatatype.RdataType, key: Key | None
) -> dns.message.Message:
    query = dns.message.make_query(child, rdtype)
    query.flags &= ~dns.flags.RD
    answer = ask(server, query, key=key)
    code = dns.rcode.to_text(answer.rcode())
    if answer.rcode() in (dns.rcode.REFUSED, dns.rcode.NOTAUTH):
        raise NotServedError(server, parent, code)
    if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise ServerFailedError(server, f"{code} to a question for {child}")
    return answer


def _records(section: list[dns.rrset.RRset], child: str, owner: str | None) -> list[Record]:
    """The records of a section at an owner, or anywhere within the child."""
    records = [record_of(rrset.name, rrset.ttl, rdata) for rrset in section for rdata in rrset]
    return [one for one in records if (one.owner == owner if owner else is_within(one.owner, child))]
