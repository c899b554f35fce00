"""The whole ``ffinfra failover`` of a signed zone: real engine, gate, signing knotd, validating unbound, a visitor.

The fallback has no signatures, so the switch takes its stages: DS out, wait, nameservers; and back in reverse. The
way there was signed ahead, both stages at once. Only the TTLs are seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemons.knot import KEY_SECRET
from tests.dns.delegation.signed_world import KEY_NAME, signed_world
from tests.failover.isolated_night import STACK, make_night

pytestmark = [pytest.mark.full, pytest.mark.long]


def test_a_validating_visitor_never_sees_a_failure_there_and_back(tmp_path: Path) -> None:
    with signed_world(tmp_path) as drill:
        night = make_night(drill.isolated, tmp_path, drill.document, secrets={KEY_NAME: KEY_SECRET})
        told, said = night.failover("primary", "--approve")
        assert (told["changed"], told["converged"]) == (True, True), said

        signed, said = night.ffinfra("approve", "--standby", "fallback", "--stack", STACK)
        assert signed["schema"] == "ffinfra.approvals/1"
        assert [(one["steps"], one["signatures"], one["approvals"]) for one in signed["approvals"]] == [
            (1, 1, 1)
        ] * 2
        assert "stage 1 of 2: mode primary, trust withdrawn" in said
        assert "stage 2 of 2: mode fallback, trust withdrawn, 4 s after stage 1 at the earliest" in said

        told, said = night.failover("fallback")
        assert "signed approval" not in said
        assert (told["changed"], told["converged"], told["eta_seconds"]) == (True, True, 4 + 302)
        assert "in stages: 0 s: DS of mesh.net.example out of the parent" in said
        assert "trust published -> withdrawn" in said
        assert "4 s until: mode primary -> fallback (no cache may hold a DS or a key any more)" in said
        drill.await_answers(authentic=False)

        told, said = night.failover("primary", "--approve")
        assert (told["changed"], told["converged"]) == (True, True), said
        assert "4 s until: DS of mesh.net.example into the parent" in said
        drill.await_answers(authentic=True)

        seen = drill.answers()
        assert {rcode for rcode, _ in seen} == {"NOERROR", "NXDOMAIN"}
        assert len(seen) > 100
