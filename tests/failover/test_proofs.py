"""The dates of readiness, kept from one run to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.estimates import estimates
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.verdict import Reason, ZoneReadiness
from ffinfra.failover.proofs import FILE, Proof, keep_proofs, read_proofs

ZONE = "mesh.net.example."
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def found(*reasons: Reason, target: Mode = Mode.FALLBACK) -> ZoneReadiness:
    return ZoneReadiness(ZONE, target, reasons, estimates(300, 300), ())


def test_the_last_time_it_was_ready_is_kept(tmp_path: Path) -> None:
    assert read_proofs(tmp_path) == ()
    keep_proofs(tmp_path, [found()], NOON)
    keep_proofs(tmp_path, [found(Reason("no-authority", "what", "way out"))], LATER)
    keep_proofs(tmp_path, [found(Reason("no-authority", "what", "way out"), target=Mode.PRIMARY)], LATER)
    assert read_proofs(tmp_path) == (
        Proof(zone=ZONE, target=Mode.FALLBACK, asked=LATER, ready=False, last_ready=NOON),
        Proof(zone=ZONE, target=Mode.PRIMARY, asked=LATER, ready=False, last_ready=None),
    )
    assert [one.name for one in (tmp_path / FILE).parent.iterdir()] == [FILE.name]


def test_when_the_primary_was_seen_is_kept(tmp_path: Path) -> None:
    keep_proofs(tmp_path, [replace(found(), primary_alive=True)], NOON)
    keep_proofs(tmp_path, [found()], LATER)
    kept = read_proofs(tmp_path)
    assert not isinstance(kept, Unknown)
    assert [(one.asked, one.primary_seen) for one in kept] == [(LATER, NOON)]


def test_a_link_that_lies_where_the_file_is_written_is_not_followed(tmp_path: Path) -> None:
    """Neither in the file's own place nor under a name that an earlier version wrote to first."""
    precious = tmp_path / "precious"
    precious.write_text("as it was\n")
    file = tmp_path / FILE
    file.parent.mkdir()
    for planted in (file, file.with_name(f".{file.name}.new")):
        planted.symlink_to(precious)
    keep_proofs(tmp_path, [found()], NOON)
    assert (precious.read_text(), file.is_symlink()) == ("as it was\n", False)
    kept = read_proofs(tmp_path)
    assert not isinstance(kept, Unknown)
    assert [one.last_ready for one in kept] == [NOON]


@pytest.mark.parametrize("text", ["", "{", '{"proofs": [{"zone": 1}]}', "\xff"])
def test_a_damaged_file_is_told_and_then_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(text, "latin-1")
    told = read_proofs(tmp_path)
    assert told == Unknown(f"{FILE} is damaged; remove it, then run ffinfra dns ready")
    keep_proofs(tmp_path, [found()], NOON)
    kept = read_proofs(tmp_path)
    assert not isinstance(kept, Unknown)
    assert [one.last_ready for one in kept] == [NOON]
