"""How long an approval may wait, whatever its record says."""

from __future__ import annotations

from datetime import datetime, timedelta

from ffinfra.gate.record import ApprovalRecord

VALID_FOR = timedelta(hours=12)
"""How long an approval may wait for its apply."""

STANDBY_FOR = timedelta(days=30)
"""How long an approval of a failover, signed ahead, may wait for the night when it is needed."""

CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of two people may differ."""


def lifetime_fault(record: ApprovalRecord, now: datetime) -> str | None:
    """What is wrong with the times of a record; None where they are as ``ffinfra approve`` makes them."""
    longest = VALID_FOR if record.switch is None else STANDBY_FOR
    if record.expires - record.created > longest:
        return f"it would be valid for longer than {longest.total_seconds() / 3600:.0f} hours"
    if record.created > now + CLOCKS_APART:
        return f"it was made in the future, at {record.created:%Y-%m-%d %H:%M} UTC"
    return None
