"""One RFC 2136 message that changes RRsets only if nobody else has touched them or the zone meanwhile.

Every message carries as prerequisites the SOA as it was read and, for each RRset that it changes, the old
values ("RRset exists, value dependent", section 2.4.2) or its absence (2.4.3). A server checks them before it
changes anything, so a message that lost a race against another writer is refused as a whole.

What servers make of it (Knot 3.2.6, tried 2026-11-23, signed zones too): a serial in the message is taken
as it is; adding a value that exists does not change its TTL, so a new TTL needs deletion and addition;
the apex NS set cannot be deleted as a whole and its last record not at all (section 3.4.2.4); an added
record gives its TTL to its whole RRset; a CNAME beside other data is ignored without a word, which is why
the served content is compared afterwards (``ffinfra.dns.wire``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import dns.name
import dns.rdata
import dns.rdatatype
import dns.update

from ffinfra.dns.conversion import soa_rdata
from ffinfra.dns.differences import RRsetChange
from ffinfra.dns.records import SOA
from ffinfra.dns.values import to_rdata
from ffinfra.problems import OperationalError


class Verb(Enum):
    """What one instruction of the update section does (RFC 2136 section 2.5)."""

    ADD = "add"
    DELETE_VALUE = "delete value"
    DELETE_RRSET = "delete RRset"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of the update section; ``value`` is None when a whole RRset goes."""

    verb: Verb
    owner: str
    type: str
    ttl: int
    value: str | None


@dataclass(frozen=True, slots=True)
class UpdateMessage:
    """One message of a plan.

    Attributes:
        changes: the RRsets that it changes.
        expected: the SOA that must be served when it arrives.
        sets: the SOA that it sets, with the next serial.
        instructions: the update section in order, without the SOA.
    """

    changes: tuple[RRsetChange, ...]
    expected: SOA
    sets: SOA
    instructions: tuple[Instruction, ...]

    def message(self, origin: str) -> dns.update.UpdateMessage:
        """The unsigned message for dnspython."""
        message = dns.update.UpdateMessage(origin)
        apex = dns.name.from_text(origin)
        message.present(apex, soa_rdata(self.expected))
        for change in self.changes:
            require_old(message, change)
        for line in self.instructions:
            instruct(message, line)
        message.add(apex, self.sets.ttl, soa_rdata(self.sets))
        return message


def instructions_of(change: RRsetChange, origin: str) -> tuple[Instruction, ...]:
    """How one RRset is changed, in the order of the update section.

    Raises:
        OperationalError: RFC 2136 has no way to make this change of an apex NS set.
    """
    if change.key == (origin, "NS"):
        return _apex_ns(change)
    everything = (Instruction(Verb.DELETE_RRSET, *change.key, 0, None),)
    if change.new is None:
        return everything
    if change.old is None:
        return _adding(change, change.added_values)
    single = _deleting(change, change.removed_values) + _adding(change, change.added_values)
    whole = everything + _adding(change, change.new.values)
    return whole if change.ttl_changed or len(whole) < len(single) else single


def _apex_ns(change: RRsetChange) -> tuple[Instruction, ...]:
    """The apex NS set: additions before deletions, and never all of it at once (RFC 2136 section 3.4.2.4).

    An added record gives its TTL to the whole set; where none is added, one is taken out and put back.
    """
    if change.old is None or change.new is None:
        what = (
            f"the NS records of {change.key.owner} cannot be added or removed as a whole by a dynamic update"
        )
        way_out = "A zone has at least one NS record at its apex (RFC 2136 section 3.4.2.4)."
        raise OperationalError(what, way_out)
    moved: tuple[Instruction, ...] = ()
    if change.ttl_changed and not change.added_values:
        if len(change.old.values) < 2:
            what = (
                f"the TTL of the only NS record of {change.key.owner} cannot be changed by a dynamic update"
            )
            raise OperationalError(what, "Declare a second nameserver, or keep the TTL.")
        one = (*change.removed_values, *change.new.values)[:1]
        moved = _deleting(change, one) + _adding(change, one)
    return moved + _adding(change, change.added_values) + _deleting(change, change.removed_values)


def _adding(change: RRsetChange, values: Iterable[str]) -> tuple[Instruction, ...]:
    assert change.new is not None
    return tuple(Instruction(Verb.ADD, *change.key, change.new.ttl, value) for value in values)


def _deleting(change: RRsetChange, values: Iterable[str]) -> tuple[Instruction, ...]:
    return tuple(Instruction(Verb.DELETE_VALUE, *change.key, 0, value) for value in values)


def require_old(message: dns.update.UpdateMessage, change: RRsetChange) -> None:
    """Add the prerequisite that an RRset is as it was read: its values, or its absence."""
    owner = dns.name.from_text(change.key.owner)
    if change.old is None:
        message.absent(owner, dns.rdatatype.from_text(change.key.type))
    else:
        message.present(owner, *(to_rdata(change.key.type, value) for value in change.old.values))


def instruct(message: dns.update.UpdateMessage, line: Instruction) -> None:
    """Add one line to the update section."""
    owner = dns.name.from_text(line.owner)
    match line.verb:
        case Verb.DELETE_RRSET:
            message.delete(owner, dns.rdatatype.from_text(line.type))
        case Verb.DELETE_VALUE:
            message.delete(owner, _rdata(line))
        case Verb.ADD:
            message.add(owner, line.ttl, _rdata(line))


def _rdata(line: Instruction) -> dns.rdata.Rdata:
    assert line.value is not None
    return to_rdata(line.type, line.value)
