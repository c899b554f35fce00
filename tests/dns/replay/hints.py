"""Which servers of a recording are its root servers.

A recording does not say where it was started from. Either it holds the public root servers, by their names;
or its root servers are found by what they answer about the root; or, failing that, as the ones nobody told
of: every other server was asked because an answer gave its address, or because an undelegated scenario did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from ffinfra.dns.check.naming import ROOT, Nameserver, absolute, canonical_address
from ffinfra.dns.check.response import ANSWER, AUTHORITY, Kind, Response
from tests.dns.replay.recording import Recording

_PUBLIC_ROOT = re.compile(r"[a-m]\.root-servers\.net")


def hints_of(recording: Recording, given: Iterable[str]) -> tuple[Nameserver, ...]:
    """The root servers of a recording; ``given`` are the addresses that undelegated scenarios bring."""
    public = [(name, address) for name, address in recording.servers if _PUBLIC_ROOT.fullmatch(name)]
    private = public or _private(recording, {canonical_address(address) for address in given})
    return tuple(sorted((Nameserver(absolute(name), address) for name, address in private), key=str))


def _private(recording: Recording, given: set[str]) -> list[tuple[str, str]]:
    addresses = [address for _, address in recording.servers]
    roots = {one for one in addresses if _answers_for_root(recording, one)}
    if not roots:
        told = {mentioned for one in addresses for mentioned in _mentioned(recording, one)} | given
        untold = {one for one in addresses if one not in told and _refers(recording, one)}
        roots = untold | {one for one in addresses if _denies_for_root(recording, one)}
    names = {name for name, address in recording.servers if address in roots}
    return [(name, address) for name, address in recording.servers if name in names]


def _responses(recording: Recording, address: str) -> list[Response]:
    return [one for one in recording.recorded(address) if isinstance(one, Response)]


def _answers_for_root(recording: Recording, address: str) -> bool:
    """Whether a server has given the NS or the SOA of the root with authority."""
    return any(
        response.authoritative and (response.rdatas(NS, ROOT, ANSWER) or response.rdatas(SOA, ROOT, ANSWER))
        for response in _responses(recording, address)
    )


def _denies_for_root(recording: Recording, address: str) -> bool:
    """Whether a server has denied a name with the authority of the root zone."""
    return any(
        response.authoritative and response.rdatas(SOA, ROOT, AUTHORITY)
        for response in _responses(recording, address)
    )


def _mentioned(recording: Recording, address: str) -> set[str]:
    responses = _responses(recording, address)
    ipv4 = {rdata.address for response in responses for rdata in response.rdatas(A)}
    return ipv4 | {rdata.address for response in responses for rdata in response.rdatas(AAAA)}


def _refers(recording: Recording, address: str) -> bool:
    return any(
        response.kind is Kind.REFERRAL
        and not response.authoritative
        and response.rdatas(NS, sections=AUTHORITY)
        for response in _responses(recording, address)
    )
