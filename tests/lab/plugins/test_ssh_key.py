from __future__ import annotations

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.verbs import Hcloud, checked

KEY = "ssh-ed25519 AAAA admin@example.org"
FOUND = {"id": 7, "name": "admin", "public_key": KEY, "fingerprint": "aa:bb", "labels": {}}
STATE = {"id": "7", "name": "admin", "publicKey": KEY, "fingerprint": "aa:bb", "labels": {}}


def test_a_preview_asks_nothing(hcloud: Hcloud) -> None:
    kind = hcloud.kind("SshKey")
    inputs = checked(kind, {"name": "admin", "publicKey": KEY})
    planned = {"name": "admin", "publicKey": KEY, "labels": {}, "fingerprint": UNKNOWN}
    assert kind.create("thing", inputs, preview=True) == ("", Properties(planned))
    assert hcloud.api.asked() == []


def test_create_is_one_call(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /ssh_keys", (201, {"ssh_key": FOUND}))
    assert hcloud.create("SshKey", {"name": "admin", "publicKey": KEY}) == ("7", STATE)
    assert hcloud.api.asked() == [
        'POST /ssh_keys {"name": "admin", "public_key": "ssh-ed25519 AAAA admin@example.org", "labels": {}}'
    ]


def test_an_unnamed_key_is_named_after_the_resource(hcloud: Hcloud) -> None:
    kind = hcloud.kind("SshKey")
    first = kind.fill_in("admin", Properties({"publicKey": KEY}), Properties(), b"seed")
    assert first.values == {"publicKey": KEY, "name": "admin-19b2585"}
    again = kind.fill_in("admin", Properties({"publicKey": KEY}), first, b"other seed")
    assert again.values == first.values


def test_read_and_import_are_one_call(hcloud: Hcloud) -> None:
    hcloud.api.on("GET /ssh_keys/7", {"ssh_key": FOUND | {"labels": {"a": "b"}}})
    inputs = {"name": "admin", "publicKey": KEY}
    found = hcloud.read("SshKey", "7", STATE, inputs)
    assert found is not None
    assert (found.outputs.values, found.inputs.values) == (STATE | {"labels": {"a": "b"}}, inputs)
    imported = hcloud.read("SshKey", "7", {}, {})
    assert imported is not None
    assert imported.inputs.values == inputs | {"labels": {"a": "b"}}
    assert hcloud.api.asked() == ["GET /ssh_keys/7", "GET /ssh_keys/7"]


def test_a_vanished_key_is_gone(hcloud: Hcloud) -> None:
    assert hcloud.read("SshKey", "7", STATE, {}) is None


def test_update_sends_what_differs(hcloud: Hcloud) -> None:
    hcloud.api.on("PUT /ssh_keys/7", {"ssh_key": FOUND | {"labels": {"a": "b"}}})
    inputs = {"name": "admin", "publicKey": KEY, "labels": {"a": "b"}}
    assert hcloud.update("SshKey", "7", STATE, inputs) == STATE | {"labels": {"a": "b"}}
    assert hcloud.api.asked() == ['PUT /ssh_keys/7 {"labels": {"a": "b"}}']


def test_what_replaces(hcloud: Hcloud) -> None:
    same = {"name": "admin", "publicKey": KEY}
    assert hcloud.diff("SshKey", STATE, same) == {}
    assert hcloud.diff("SshKey", STATE, same | {"name": "other"}) == {"name": "update"}
    assert hcloud.diff("SshKey", STATE, same | {"labels": {"a": "b"}}) == {"labels.a": "add"}
    assert hcloud.diff("SshKey", STATE, same | {"publicKey": "other"}) == {"publicKey": "update-replace"}


def test_an_answer_without_labels_differs_for_ever(hcloud: Hcloud) -> None:
    state = {key: value for key, value in STATE.items() if key != "labels"}
    assert hcloud.diff("SshKey", state, {"name": "admin", "publicKey": KEY}) == {"labels": "add"}


def test_deleting_what_is_gone_is_good(hcloud: Hcloud) -> None:
    hcloud.delete("SshKey", "7", STATE)
    assert hcloud.api.asked() == ["DELETE /ssh_keys/7"]


def test_a_name_taken_is_told_as_the_framework_does(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /ssh_keys", error(409, "uniqueness_error", "SSH key not unique"))
    with pytest.raises(RemoteError) as told:
        hcloud.create("SshKey", {"name": "admin", "publicKey": KEY})
    assert str(told.value).splitlines() == [
        "API request failed: An unexpected error was encountered during an API request.",
        "",
        "SSH key not unique (uniqueness_error)",
        "",
        "Error code: uniqueness_error",
        "Status code: 409",
    ]
    assert len(hcloud.api.asked()) == 1


def test_bad_inputs_are_refused_at_preview(hcloud: Hcloud) -> None:
    assert hcloud.refused("SshKey", {"labels": {"ö": "x"}, "fingerprint": "aa"}) == [
        "publicKey: is required, but is not given",
        "labels: label key 'ö' is not correctly formatted",
        "fingerprint: is no input of this type",
    ]
