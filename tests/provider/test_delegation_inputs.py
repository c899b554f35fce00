"""What is no delegation, and the note for a registrar."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.provider.manual_delegation import ManualDelegation
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PropertyChange
from ffinfra.provider.updated_delegation import UpdatedDelegation

NS = "mesh.net.example. 300 IN NS ns1.mesh.net.example.\n"
GOOD = {"parent": "net.example.", "child": "mesh.net.example.", "content": NS}
RESOURCE = ManualDelegation()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"content": UNKNOWN}, []),
        ({"child": "mesh.other.example."}, ["child: mesh.other.example. does not lie below net.example."]),
        (
            {"child": "Mesh.net.example."},
            ["child: Mesh.net.example. is not canonical, it would be mesh.net.example."],
        ),
        ({"parent": None}, ["parent: is missing"]),
        ({"content": ""}, ["content: mesh.net.example. has no NS"]),
        (
            {"content": NS + 'www.mesh.net.example. 300 IN TXT "x"\n'},
            ["content: www.mesh.net.example. TXT is no NS, DS or glue of mesh.net.example."],
        ),
        (
            {"content": NS + "other.net.example. 300 IN NS ns1.example.\n"},
            ["content: other.net.example. NS is no NS, DS or glue of mesh.net.example."],
        ),
    ],
)
def test_what_is_refused(changes: dict[str, Any], expected: list[str]) -> None:
    found = RESOURCE.check(Properties({**GOOD, **changes}))
    assert [f"{one.property}: {one.reason}" for one in found] == expected


def test_server_and_key_of_an_update() -> None:
    found = UpdatedDelegation().check(Properties({**GOOD, "server": {"address": "ns"}, "tsig": {}}))
    assert [one.property for one in found] == ["server", "tsig"]


def test_a_note_for_a_person_lives_in_the_state_alone() -> None:
    wanted = Properties(GOOD)
    assert RESOURCE.create("mesh", wanted, preview=False) == ("mesh.net.example.", wanted)
    other = Properties({**GOOD, "content": NS.replace("ns1", "ns2")})
    assert RESOURCE.diff(wanted, other).changes == {"content": PropertyChange.UPDATE}
    moved = Properties({**GOOD, "child": "ff.net.example."})
    assert RESOURCE.diff(wanted, moved).changes == {"child": PropertyChange.UPDATE_REPLACE}
    assert RESOURCE.update("mesh.net.example.", wanted, other, preview=False) == other
    existing = RESOURCE.read("mesh.net.example.", wanted, wanted)
    assert existing is not None
    assert existing.outputs == wanted
    assert RESOURCE.read("mesh.net.example.", Properties({}), Properties({})) is None
