"""Cases of the rules on how a preview was taken: with limits, and what policy packs said of it."""

from __future__ import annotations

from dataclasses import replace

from ffinfra.gate.context import GateContext
from ffinfra.gate.policy_violation import PolicyViolation
from tests.gate.rules.contexts import Case, context

URN = "urn:pulumi:prod::ffinfra::hcloud:index/server:Server::sn5"


def _limits(*signs: str) -> GateContext:
    judged = context()
    return replace(judged, changes=replace(judged.changes, limits=signs))


def _policies(*enforcements: str) -> GateContext:
    said = tuple(PolicyViolation("community", "no-cx", one, "cx is shared", URN) for one in enforcements)
    judged = context()
    return replace(judged, changes=replace(judged.changes, policies=said))


PASSING: list[Case] = [("whole-preview", context, []), ("policy-packs", context, [])]

FAILING: list[Case] = [
    (
        "whole-preview",
        lambda: _limits("disk was left out (--target or --exclude)"),
        ["block: disk was left out (--target or --exclude)"],
    ),
    ("policy-packs", lambda: _policies("mandatory"), ["block: community no-cx (mandatory): cx is shared"]),
    ("policy-packs", lambda: _policies("advisory"), ["note: community no-cx (advisory): cx is shared"]),
    ("policy-packs", lambda: _policies("remediate"), ["block: community no-cx (remediate): cx is shared"]),
]
