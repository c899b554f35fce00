"""From two contents of a zone to the RFC 2136 messages that change one into the other.

Serials. Every message sets the serial itself: the clock's seconds, or one more than the serial before
where that is higher. Left to itself, Knot counts the serial up once for all updates that wait together,
so that two writers could both find the SOA that they expect (seen); and the SOA that a second message
expects would not be known beforehand.

Where atomicity ends. One message is all or nothing. What does not fit into one is split by encoded size.
A writer who comes in between makes the next message fail; the messages before it stay in effect. To keep
the zone usable at such a point, all changes of a name go in one message where they fit, names that only
gain records come first, and names that only lose records come last. Planning again from what is then
served finishes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from ffinfra.dns.backends.refusals import FIXED_OCTETS, name_octets, record_octets
from ffinfra.dns.conversion import soa_rdata
from ffinfra.dns.differences import Differences, RRsetChange, differences
from ffinfra.dns.records import SOA, RRset
from ffinfra.dns.update_message import Instruction, UpdateMessage, Verb, instructions_of
from ffinfra.problems import OperationalError

MESSAGE_LIMIT: Final = 60 * 1024
"""Octets of a message at most; TCP carries 65,535 and the signature needs some."""

_HEADER_OCTETS: Final = 12
_ZONE_OCTETS: Final = 4
_SERIALS: Final = 2**32


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """The messages that lead from one content to another, in order; none when nothing differs."""

    origin: str
    messages: tuple[UpdateMessage, ...]


def plan_update(
    origin: str,
    old: Iterable[RRset],
    new: Iterable[RRset],
    served: SOA,
    wanted: SOA | None = None,
    *,
    now: int,
    limit: int = MESSAGE_LIMIT,
) -> UpdatePlan:
    """Plan how to change a served content.

    Args:
        origin: the zone.
        old: the content that is served.
        new: the content that shall be served.
        served: the SOA just read.
        wanted: the SOA that shall be served; its serial is not looked at. None leaves the SOA as it is.
        now: seconds since 1970, for the serial.
        limit: the largest message, octets.

    Raises:
        OperationalError: an RRset is too large for any message, or RFC 2136 cannot change it so.
    """
    found = differences(old, new)
    final = served if wanted is None else replace(wanted, serial=served.serial)
    room = limit - _frame_octets(origin, served, final)
    batches = list(_batches(_units(found.changes, origin, room), room))
    if not batches and final != served:
        batches = [()]
    messages: list[UpdateMessage] = []
    current = served
    for number, batch in enumerate(batches, start=1):
        following = replace(
            final if number == len(batches) else served, serial=next_serial(current.serial, now)
        )
        changes = tuple(change for unit in batch for change in unit.changes)
        lines = tuple(line for unit in batch for line in unit.instructions)
        messages.append(UpdateMessage(changes, current, following, lines))
        current = following
    return UpdatePlan(origin, tuple(messages))


_ANY_SOA: Final = SOA(mname=".", rname=".", serial=0, refresh=0, retry=0, expire=0, minimum=0, ttl=0)


def messages_needed(origin: str, found: Differences) -> int:
    """How many messages a change takes, before the server was asked for its SOA (whose octets hardly count).

    Args:
        origin: the zone.
        found: how its contents differ.

    Raises:
        OperationalError: an RRset is too large for any message, or RFC 2136 cannot change it so.
    """
    old = [change.old for change in found.changes if change.old is not None]
    new = [change.new for change in found.changes if change.new is not None]
    return len(plan_update(origin, old, new, _ANY_SOA, now=0).messages)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Changes that go into one message together, with their instructions and their size in octets."""

    changes: tuple[RRsetChange, ...]
    instructions: tuple[Instruction, ...]
    octets: int


def _units(changes: Sequence[RRsetChange], origin: str, room: int) -> list[_Unit]:
    """The changes by owner: gains first, losses last; an owner that is too large for a message is divided."""
    gaining: list[_Unit] = []
    mixed: list[_Unit] = []
    losing: list[_Unit] = []
    for _, group in groupby(changes, key=lambda change: change.key.owner):
        together = tuple(group)
        if all(change.old is None for change in together):
            target = gaining
        elif all(change.new is None for change in together):
            target = losing
        else:
            target = mixed
        target += _divided(together, origin, room)
    return gaining + mixed + losing


def _divided(changes: tuple[RRsetChange, ...], origin: str, room: int) -> Iterator[_Unit]:
    whole = _unit(changes, origin)
    if whole.octets <= room:
        yield whole
        return
    if len(changes) == 1:
        what = f"the change of {changes[0].key} takes {whole.octets} octets, a message holds {room}"
        raise OperationalError(what, "Make the RRset smaller: values shorter or fewer.")
    for change in sorted(changes, key=lambda change: change.new is not None):
        yield from _divided((change,), origin, room)


def _unit(changes: tuple[RRsetChange, ...], origin: str) -> _Unit:
    lines = [line for change in changes for line in instructions_of(change, origin)]
    if changes[0].key.owner != origin:
        lines.sort(key=lambda line: line.verb is Verb.ADD)
    octets = sum(_change_octets(change, origin) for change in changes)
    return _Unit(changes, tuple(lines), octets)


def _change_octets(change: RRsetChange, origin: str) -> int:
    """The size of a change: prerequisites and instructions.

    Only the compression that is certain is counted: the zone's name stands in the zone section, so an owner
    ends in a pointer of two octets to it.
    """
    saved = name_octets(origin) - 2
    head = name_octets(change.key.owner) + FIXED_OCTETS - saved
    sizes: dict[str, int] = {}
    for side in (change.old, change.new):
        if side is not None:
            octets = (size - saved for size in record_octets(side))
            sizes.update(zip(side.values, octets, strict=True))
    prerequisites = sum(sizes[value] for value in change.old.values) if change.old is not None else head
    lines = instructions_of(change, origin)
    return prerequisites + sum(head if line.value is None else sizes[line.value] for line in lines)


def _batches(units: Iterable[_Unit], room: int) -> Iterator[tuple[_Unit, ...]]:
    batch: list[_Unit] = []
    taken = 0
    for unit in units:
        if batch and taken + unit.octets > room:
            yield tuple(batch)
            batch, taken = [], 0
        batch.append(unit)
        taken += unit.octets
    if batch:
        yield tuple(batch)


def _frame_octets(origin: str, served: SOA, final: SOA) -> int:
    """Header, zone section, and the SOA both as prerequisite and as set by the message."""
    soas = sum(len(soa_rdata(soa).to_wire() or b"") for soa in (served, final))
    return _HEADER_OCTETS + _ZONE_OCTETS + soas + 3 * name_octets(origin) + 2 * FIXED_OCTETS


def next_serial(serial: int, now: int) -> int:
    """The serial of the next version: the clock's seconds if that is newer (RFC 1982), else one more.

    Zero is left out, as some servers read it as "none".
    """
    clock = now % _SERIALS
    if 0 < (clock - serial) % _SERIALS < _SERIALS // 2:
        return clock or 1
    return (serial + 1) % _SERIALS or 1
