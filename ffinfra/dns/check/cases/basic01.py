"""Basic01: the zone has a parent zone that delegates it."""

from __future__ import annotations

from collections.abc import Iterable

from dns.name import Name

from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.findings import Level, Message, message
from ffinfra.dns.check.naming import ROOT, listed, short
from ffinfra.dns.check.network import Network
from ffinfra.dns.check.walk import Seen, Sighting
from ffinfra.dns.check.zone import Zone

CHILD = {Sighting.DELEGATION, Sighting.SOA}


async def run(zone: Zone, _network: Network) -> list[Message]:
    """Walk down from the root and judge what the parent's servers show."""
    found = message("B01_CHILD_FOUND", domain=short(zone.name))
    if zone.name == ROOT:
        return [found, message("B01_ROOT_HAS_NO_PARENT")]
    if zone.is_undelegated:
        return [found, message("B01_PARENT_DISREGARDED")]
    walk = await zone.v2.walk()
    errors = [
        message(
            "B01_SERVER_ZONE_ERROR",
            query_name=short(one.name),
            rrtype=one.rdtype.name,
            ns=str(one.server),
        )
        for one in walk.errors
    ]
    return [*errors, *_parents(walk.seen), *_child(zone.name, walk.seen), *_aliases(zone.name, walk.seen)]


def _parents(seen: list[Seen]) -> list[Message]:
    if not seen:
        return [message("B01_PARENT_NOT_FOUND")]
    parents = sorted({one.parent for one in seen})
    messages = [
        message(
            "B01_PARENT_FOUND",
            domain=short(parent),
            ns_list=_servers(one for one in seen if one.parent == parent),
        )
        for parent in parents
    ]
    if len(parents) > 1:
        messages.append(message("B01_PARENT_UNDETERMINED", ns_list=_servers(seen)))
    return messages


def _child(zone: Name, seen: list[Seen]) -> list[Message]:
    if not any(one.sighting in CHILD for one in seen):
        domains = {"domain_child": short(zone), "domain_super": short(zone.parent())}
        return [message("B01_NO_CHILD", **domains)]
    messages = [message("B01_CHILD_FOUND", domain=short(zone))]
    for parent in sorted({one.parent for one in seen if one.sighting not in CHILD}):
        without = _servers(one for one in seen if one.parent == parent and one.sighting not in CHILD)
        domains = {"domain_child": short(zone), "domain_parent": short(parent)}
        messages.append(message("B01_INCONSISTENT_DELEGATION", ns_list=without, **domains))
    return messages


def _aliases(zone: Name, seen: list[Seen]) -> list[Message]:
    targets = sorted({one.target for one in seen if one.target is not None})
    messages = [
        message(
            "B01_CHILD_IS_ALIAS",
            domain_child=short(zone),
            domain_target=short(target),
            ns_list=_servers(one for one in seen if one.target == target),
        )
        for target in targets
    ]
    if len(targets) > 1:
        messages.append(message("B01_INCONSISTENT_ALIAS", domain=short(zone)))
    return messages


def _servers(seen: Iterable[Seen]) -> str:
    return listed(one.server for one in seen)


CASE = Case(
    id="basic01",
    title="The zone has a parent that delegates it",
    source=SPECIFICATIONS + "Basic-TP/basic01.md",
    levels={
        "B01_CHILD_FOUND": Level.INFO,
        "B01_CHILD_IS_ALIAS": Level.NOTICE,
        "B01_INCONSISTENT_ALIAS": Level.ERROR,
        "B01_INCONSISTENT_DELEGATION": Level.ERROR,
        "B01_NO_CHILD": Level.ERROR,
        "B01_PARENT_DISREGARDED": Level.INFO,
        "B01_PARENT_FOUND": Level.INFO,
        "B01_PARENT_NOT_FOUND": Level.WARNING,
        "B01_PARENT_UNDETERMINED": Level.WARNING,
        "B01_ROOT_HAS_NO_PARENT": Level.INFO,
        "B01_SERVER_ZONE_ERROR": Level.DEBUG,
    },
    procedure=run,
)
