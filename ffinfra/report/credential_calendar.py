"""The last days of credentials as a calendar (iCalendar, RFC 5545) and as text for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ffinfra.network.credentials import WARN_BEFORE, CredentialState
from ffinfra.report.prometheus import gauge, labels

_LINE_OCTETS = 75
"""Longer lines are folded (RFC 5545, section 3.1)."""


def calendar(states: Sequence[CredentialState], domain: str, now: datetime) -> str:
    """One event a credential on its last day, with an alarm when the gate begins to warn.

    Args:
        states: the credentials.
        domain: makes the events' identifiers unique and lasting, so that a later import replaces them.
        now: when the calendar is made.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ffinfra//credentials//EN"]
    for state in states:
        lines += _event(state, domain, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def credential_metrics(states: Sequence[CredentialState], now: datetime) -> str:
    """The text for Prometheus: the end of each last day, seconds since 1970."""
    ends = {
        labels(name=state.credential.name, kind=state.credential.kind): _end(state).timestamp()
        for state in states
    }
    lines = [
        *gauge("ffinfra_credential_expiry_time_seconds", "End of the last day on which it serves", ends),
        *gauge("ffinfra_credential_listed_time_seconds", "When the list was made", {"": now.timestamp()}),
    ]
    return "\n".join(lines) + "\n"


def _end(state: CredentialState) -> datetime:
    day = state.credential.last_day + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _event(state: CredentialState, domain: str, now: datetime) -> Iterator[str]:
    one = state.credential
    what = _text(f"{one.kind} {one.name} expires")
    yield "BEGIN:VEVENT"
    yield f"UID:credential-{one.name}@{domain}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.last_day:%Y%m%d}"
    yield f"SUMMARY:{what}"
    yield f"DESCRIPTION:{_text(f'{one.owner} renews it. Without it: {one.unlocks}')}"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{what}")
    yield from (f"TRIGGER:-P{WARN_BEFORE.days}D", "END:VALARM", "END:VEVENT")


def _text(value: str) -> str:
    """A text value (RFC 5545, section 3.3.11); names and texts hold no line breaks."""
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE_OCTETS - bool(parts):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
