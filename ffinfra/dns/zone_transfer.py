"""Reading what a server answers to AXFR and IXFR (RFC 5936, RFC 1995): a state machine without any I/O."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from ffinfra.dns.names import is_within
from ffinfra.dns.records import SOA, Record, RRset, group_records
from ffinfra.dns.wire_format import WireRecord
from ffinfra.dns.zone_text import is_content


class TransferError(Exception):
    """The answer does not follow the RFCs, or does not fit what we know of the zone."""


class _Part(Enum):
    """Where in the answer we are."""

    START = "start"
    AFTER_FIRST_SOA = "after the first SOA"
    WHOLE_ZONE = "whole zone"
    DELETIONS = "deletions"
    ADDITIONS = "additions"
    DONE = "done"


class TransferReading:
    """Takes the records of a transfer in order and ends up with the zone's SOA and content.

    Records that are no content (made by a signer) are passed over before they are converted.
    """

    def __init__(self, origin: str, base: tuple[int, Iterable[RRset]] | None = None) -> None:
        """Begin.

        Args:
            origin: the zone.
            base: for IXFR the serial that was asked from, and the content at that serial.
        """
        self._origin: Final = origin
        self._base_serial = None if base is None else base[0]
        self._ttls: dict[tuple[str, str, str], int] = {}
        if base is not None:
            self._ttls = {
                (rrset.owner, rrset.type, value): rrset.ttl for rrset in base[1] for value in rrset.values
            }
        self._part = _Part.START
        self._soa: SOA | None = None
        self._serial = self._base_serial
        self.incremental = False

    @property
    def done(self) -> bool:
        """Whether the transfer is complete."""
        return self._part is _Part.DONE

    @property
    def soa(self) -> SOA:
        """The zone's SOA after the transfer."""
        assert self._soa is not None
        return self._soa

    def content(self) -> tuple[RRset, ...]:
        """The zone's content after the transfer."""
        return group_records(
            Record(owner, rdtype, ttl, value) for (owner, rdtype, value), ttl in self._ttls.items()
        )

    def take(self, records: Iterable[WireRecord]) -> bool:
        """Take the answer section of the next message; returns ``done``.

        Raises:
            TransferError: see there.
        """
        for record in records:
            if self.done:
                raise TransferError("records follow after the end")
            if record.type == "SOA" and record.owner == self._origin:
                self._take_soa(SOA.from_value(record.value, record.ttl))
            else:
                self._take_record(record)
        return self.done

    def _take_soa(self, soa: SOA) -> None:
        match self._part:
            case _Part.START:
                self._soa = soa
                current = self._base_serial is not None and soa.serial == self._base_serial
                self._part = _Part.DONE if current else _Part.AFTER_FIRST_SOA
            case _Part.AFTER_FIRST_SOA if self._base_serial is not None:
                self.incremental = True
                self._begin_deletions(soa)
            case _Part.AFTER_FIRST_SOA | _Part.WHOLE_ZONE:
                if soa != self._soa:
                    raise TransferError("the zone changed during the transfer")
                self._part = _Part.DONE
            case _Part.DELETIONS:
                self._serial = soa.serial
                self._part = _Part.ADDITIONS
            case _Part.ADDITIONS if soa == self._soa:
                if self._serial != soa.serial:
                    raise TransferError(f"it ends at serial {soa.serial} with changes up to {self._serial}")
                self._part = _Part.DONE
            case _Part.ADDITIONS:
                self._begin_deletions(soa)
            case _Part.DONE:
                raise TransferError("records follow after the end")

    def _begin_deletions(self, soa: SOA) -> None:
        if soa.serial != self._serial:
            raise TransferError(f"changes from serial {soa.serial} do not follow on serial {self._serial}")
        self._part = _Part.DELETIONS

    def _take_record(self, record: WireRecord) -> None:
        match self._part:
            case _Part.START:
                raise TransferError("it does not begin with the SOA")
            case _Part.AFTER_FIRST_SOA:
                self._ttls = {}
                self._part = _Part.WHOLE_ZONE
        owner, rdtype = record.owner, record.type
        if not is_content(owner, rdtype, self._origin) or not is_within(owner, self._origin):
            return
        key = (owner, rdtype, record.value)
        if self._part is not _Part.DELETIONS:
            self._ttls[key] = record.ttl
        elif self._ttls.pop(key, None) is None:
            raise TransferError(f"it deletes {owner} {rdtype}, which was not there")
