"""What the event log of a preview tells beside its digest."""

from __future__ import annotations

import json
from typing import Any

from ffinfra.gate.operations import Operation
from ffinfra.gate.policy_violation import PolicyViolation
from ffinfra.gate.preview_events import with_events
from tests.gate.digests import SERVER, change_set, step, urn_of

PROVIDER = "urn:pulumi:prod::ffinfra::pulumi:providers:hcloud::default_1_43_3"
END: dict[str, Any] = {"summaryEvent": {"maybeCorrupt": False}}


def violation(level: str, message: str) -> dict[str, Any]:
    """As the engine writes it (sdk/go/common/apitype, PolicyEvent)."""
    return {
        "sequence": 3,
        "timestamp": 1,
        "policyEvent": {
            "resourceUrn": urn_of("sn5", SERVER),
            "message": message,
            "color": "raw",
            "policyName": "no-cx",
            "policyPackName": "community",
            "policyPackVersion": "1",
            "policyPackVersionTag": "1.0.0",
            "enforcementLevel": level,
        },
    }


def provider(operation: str) -> dict[str, Any]:
    new = {"urn": PROVIDER, "type": "pulumi:providers:hcloud", "inputs": {"version": "1.43.3"}}
    metadata = {"op": operation, "urn": PROVIDER, "old": None, "new": new}
    return {"resourcePreEvent": {"metadata": metadata, "planning": True}}


def log(*events: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in events)


CHANGES = change_set(step("create", "sn5", SERVER, None, {}))


def test_policies_and_default_providers() -> None:
    told = with_events(
        CHANGES,
        log(
            {"diagnosticEvent": {"message": "no policyEvent"}},
            provider("create"),
            provider("create"),
            violation("mandatory", "<{%fg 1%}>cx\nis shared<{%reset%}>\n"),
            violation("advisory", "cx is old"),
            END,
        ),
    )
    assert told.policies == (
        PolicyViolation("community", "no-cx", "advisory", "cx is old", urn_of("sn5", SERVER)),
        PolicyViolation("community", "no-cx", "mandatory", "cx: is shared", urn_of("sn5", SERVER)),
    )
    assert [(one.operation, one.urn, one.new_inputs) for one in told.providers] == [
        (Operation.CREATE, PROVIDER, {"version": "1.43.3"})
    ]
    assert told.told[-1] == told.providers[0]
    assert (told.incomplete, told.unreadable) == ((), ())


def test_a_policy_that_would_change_inputs_is_no_advice() -> None:
    """It changes them in the preview alone: the update runs without it, and would do something else."""
    said = {**violation("advisory", "")["policyEvent"], "before": {"a": "b"}, "after": {"a": "c"}}
    told = with_events(CHANGES, log({"policyRemediationEvent": said}, END))
    assert told.policies == (
        PolicyViolation(
            "community",
            "no-cx",
            "remediate",
            "it would change the inputs, and the update does not run it",
            urn_of("sn5", SERVER),
        ),
    )


def test_what_only_looks_is_no_change() -> None:
    assert with_events(CHANGES, log(provider("same"), END)) == CHANGES


def test_a_log_that_breaks_off_blocks() -> None:
    assert with_events(CHANGES, log(provider("same"))).incomplete == (
        "the event log does not end as one does",
    )
    cut = log(END) + log(violation("mandatory", "x"))[:-20]
    assert with_events(CHANGES, cut).unreadable == ("line 2 of the event log",)
