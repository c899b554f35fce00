"""An outline: the state without secrets, and what the engine takes for it."""

from __future__ import annotations

import json

import pytest

from ffinfra.gate.outline import asked_inputs, deployment_of, outline_of
from ffinfra.problems import InvalidInputError, OperationalError

MARK, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
URN = "urn:pulumi:prod::ffinfra::freifunk:index:HostConfig::sn1"
CLEAR = {MARK: SECRET, "plaintext": '{"/etc/key": {"content": "hush"}}'}
SEALED = {MARK: SECRET, "ciphertext": "v1:hush:hush"}


def export(secret: object) -> str:
    resource = {
        "urn": URN, "type": "freifunk:index:HostConfig", "custom": True, "id": "sn1", "protect": True,
        "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z", "sourcePosition": "x#1",
        "inputs": {"host": "sn1", "secretFiles": secret, "list": [1, secret]},
        "outputs": {"host": "sn1", "secretFiles": secret},
    }  # fmt: skip
    record = {
        "urn": "urn:pulumi:prod::ffinfra::freifunk:index:GateRecord::gate",
        "type": "freifunk:index:GateRecord",
    }
    deployment = {
        "manifest": {"time": "now"}, "secrets_providers": {"type": "passphrase", "state": {"salt": "hush"}},
        "resources": [resource, record], "pending_operations": [{"resource": resource, "type": "updating"}],
    }  # fmt: skip
    return json.dumps({"version": 3, "deployment": deployment})


@pytest.mark.parametrize("secret", [CLEAR, SEALED], ids=["clear", "sealed"])
def test_an_outline_holds_no_secret_and_nothing_that_passes(secret: object) -> None:
    outline = outline_of(export(secret))
    assert "hush" not in outline
    assert json.loads(outline) == {
        "version": 3,
        "resources": [
            {
                "urn": URN,
                "type": "freifunk:index:HostConfig",
                "custom": True,
                "id": "sn1",
                "protect": True,
                "inputs": {"host": "sn1", "secretFiles": {MARK: SECRET}, "list": [1, {MARK: SECRET}]},
                "outputs": {"host": "sn1", "secretFiles": {MARK: SECRET}},
            }
        ],
    }
    assert outline_of(export(SEALED)) == outline_of(export(CLEAR))


def test_a_secret_is_taken_for_what_the_program_asks() -> None:
    asked = {URN: {"host": "sn1", "secretFiles": {"/etc/key": {"content": "placeholder"}}}}
    text = deployment_of(outline_of(export(SEALED)), "approvals/outlines/prod.json", asked, "v1:salt")
    deployment = json.loads(text)["deployment"]
    assert deployment["secrets_providers"] == {"type": "passphrase", "state": {"salt": "v1:salt"}}
    (resource,) = deployment["resources"]
    known = {MARK: SECRET, "plaintext": json.dumps({"/etc/key": {"content": "placeholder"}})}
    assert resource["outputs"] == {"host": "sn1", "secretFiles": known}
    assert resource["inputs"]["list"] == [1, {MARK: SECRET, "plaintext": '""'}]


def test_what_a_plan_asks_for_is_in_clear() -> None:
    plan = {
        "resourcePlans": {
            URN: {"goal": {"inputDiff": {"adds": {"host": "sn1", "secretFiles": CLEAR}}}},
            "x": {},
        }
    }
    asked = asked_inputs(json.dumps(plan))
    assert asked == {URN: {"host": "sn1", "secretFiles": {"/etc/key": {"content": "hush"}}}, "x": {}}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 9}', '{"version": 3, "deployment": {"resources": [1]}}']
)
def test_what_is_no_export(text: str) -> None:
    with pytest.raises(OperationalError, match="the state cannot be read"):
        outline_of(text)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 9}', '{"version": 3}', '{"version": 3, "resources": [{}]}']
)
def test_what_is_no_outline(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"approvals/outlines/prod\.json: is no outline of a state"):
        deployment_of(text, "approvals/outlines/prod.json", {}, "")
