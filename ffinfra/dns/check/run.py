"""Checking zones: all test cases at once, each question once, within a time bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from ffinfra.dns.check.asn import AsnSource
from ffinfra.dns.check.case import Case
from ffinfra.dns.check.findings import CaseReport, Skipped, ZoneReport
from ffinfra.dns.check.naming import Family, Nameserver, absolute, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.registry import chosen
from ffinfra.dns.check.transport import AskOnce, Transport
from ffinfra.dns.check.undelegated import Undelegated
from ffinfra.dns.check.zone import Zone, open_zone

ZONE_SECONDS: Final = 60.0
"""The time that one zone may take, seconds."""

ZONES_AT_ONCE: Final = 16


@dataclass(frozen=True)
class _Plan:
    """What is the same for all zones of a run."""

    cases: tuple[Case, ...]
    hints: tuple[Nameserver, ...]
    families: frozenset[Family]
    asn_table: AsnSource | None
    zone_seconds: float


async def check_zone(  # noqa: PLR0913  keywords, each with its own meaning
    zone: str,
    *,
    transport: Transport,
    hints: Sequence[Nameserver],
    undelegated: Undelegated | None = None,
    asn_table: AsnSource | None = None,
    cases: Iterable[str] | None = None,
    ipv4: bool = True,
    ipv6: bool = True,
    zone_seconds: float = ZONE_SECONDS,
) -> ZoneReport:
    """Run test cases on one zone.

    Args:
        zone: the name of the zone.
        transport: where questions go.
        hints: the root servers to start from.
        undelegated: a delegation to be tried in place of the published one.
        asn_table: a source of announcements; Connectivity03 and 04 are skipped without one.
        cases: ids of test cases; all for None.
        ipv4: whether addresses of version 4 are asked.
        ipv6: whether addresses of version 6 are asked.
        zone_seconds: after this time the cases still running are given up and reported as skipped.

    Raises:
        InvalidInputError: the zone is no domain name, or an id is unknown.
    """
    plan = _Plan(chosen(cases), tuple(hints), _families(ipv4=ipv4, ipv6=ipv6), asn_table, zone_seconds)
    async with _once(transport) as once:
        return await _check(zone, once, plan, undelegated)


async def check_zones(  # noqa: PLR0913  keywords, each with its own meaning
    zones: Sequence[str],
    *,
    transport: Transport,
    hints: Sequence[Nameserver],
    undelegated: Mapping[str, Undelegated] | None = None,
    asn_table: AsnSource | None = None,
    cases: Iterable[str] | None = None,
    ipv4: bool = True,
    ipv6: bool = True,
    zone_seconds: float = ZONE_SECONDS,
) -> tuple[ZoneReport, ...]:
    """Run test cases on several zones; questions that they share are asked once.

    The arguments are those of ``check_zone``; ``undelegated`` holds the delegations to be tried by zone.
    """
    plan = _Plan(chosen(cases), tuple(hints), _families(ipv4=ipv4, ipv6=ipv6), asn_table, zone_seconds)
    given = {absolute(name): one for name, one in (undelegated or {}).items()}
    places = asyncio.Semaphore(ZONES_AT_ONCE)

    async def check_in_turn(zone: str, once: AskOnce) -> ZoneReport:
        async with places:
            return await _check(zone, once, plan, given.get(absolute(zone)))

    async with _once(transport) as once:
        return tuple(await asyncio.gather(*(check_in_turn(zone, once) for zone in zones)))


@asynccontextmanager
async def _once(transport: Transport) -> AsyncIterator[AskOnce]:
    once = AskOnce(transport)
    try:
        yield once
    finally:
        await once.close()


def _families(*, ipv4: bool, ipv6: bool) -> frozenset[Family]:
    chosen_families = {Family.IPV4: ipv4, Family.IPV6: ipv6}
    return frozenset(family for family, used in chosen_families.items() if used)


async def _check(name: str, once: AskOnce, plan: _Plan, undelegated: Undelegated | None) -> ZoneReport:
    started = time.monotonic()
    network = Network(once, plan.families)
    try:
        async with asyncio.timeout(plan.zone_seconds):
            zone = await open_zone(absolute(name), network, plan.hints, undelegated, plan.asn_table)
    except TimeoutError:
        reports = [_given_up(case, plan) for case in plan.cases]
    else:
        reports = await _run_cases(zone, plan, plan.zone_seconds - (time.monotonic() - started))
    return ZoneReport(
        zone=short(absolute(name)),
        cases=tuple(reports),
        seconds=time.monotonic() - started,
        responses=network.ledger.responses,
        not_recorded=tuple(network.ledger.not_recorded),
    )


async def _run_cases(zone: Zone, plan: _Plan, seconds: float) -> list[CaseReport]:
    """Run all cases side by side; those that are not done in time are given up."""
    tasks = {case: asyncio.create_task(_run_case(case, zone)) for case in plan.cases}
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=max(seconds, 0.0))
        return [task.result() if task.done() else _given_up(case, plan) for case, task in tasks.items()]
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        await zone.close()


async def _run_case(case: Case, zone: Zone) -> CaseReport:
    started = time.monotonic()
    said = await case.procedure(zone, zone.resolver.network)
    seconds = time.monotonic() - started
    if isinstance(said, Skipped):
        return CaseReport(case.id, (), seconds, said)
    return CaseReport(case.id, case.findings(said), seconds)


def _given_up(case: Case, plan: _Plan) -> CaseReport:
    reason = f"not done within the {plan.zone_seconds:g} s that a zone may take"
    return CaseReport(case.id, (), plan.zone_seconds, Skipped(reason, given_up=True))
