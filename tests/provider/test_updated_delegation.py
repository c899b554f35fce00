"""UpdatedDelegation against a real knotd that serves the parent zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.delegation.mode import Mode, Trust
from ffinfra.dns.delegation.modes import delegation_rrsets
from ffinfra.dns.wire.delegation import change_delegation, read_delegation
from ffinfra.dns.wire.errors import KeyRejectedError, LostRaceError, ServerFailedError
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.zone_text import content_text, parse_content
from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import PropertyChange
from ffinfra.provider.updated_delegation import ForeignDelegationError, UpdatedDelegation
from ffinfra.provider.zone_content_inputs import IMPORT_KEY_VARIABLE
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot
from tests.dns.delegation.samples import delegations, signed

pytestmark = pytest.mark.full

PARENT = """\
$ORIGIN net.example.
$TTL 600
@ SOA ns1 hostmaster 1 4h 1h 2w 1h
@ NS ns1
@ NS ns2
ns1 A 192.0.2.7
ns2 A 192.0.2.8
other NS ns1.other
ns1.other A 192.0.2.9
"""
KEY = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)
RESOURCE = UpdatedDelegation()
DELEGATIONS = delegations(signed())


@pytest.fixture
def knot(tmp_path: Path) -> Iterator[Knot]:
    zones = {"net.example.": PARENT, "both.example.": "@ 60 SOA n h 1 2 3 4 5\n@ 60 NS n\nchild 60 NS n\n"}
    zones["child.both.example."] = "@ 60 SOA n h 1 2 3 4 5\n@ 60 NS other\n"
    with running_knot(tmp_path, zones) as running:
        yield running


def content(mode: Mode, trust: Trust = Trust.PUBLISHED) -> str:
    return content_text(delegation_rrsets(DELEGATIONS, DELEGATIONS.zones[0], mode, trust))


def inputs(knot: Knot, text: str, **changes: Any) -> Properties:
    values = {
        "parent": "net.example.",
        "child": "mesh.net.example.",
        "content": text,
        "server": {"address": knot.address, "port": knot.port},
        "tsig": {"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": KEY_SECRET},
    }
    return Properties({**values, **changes}, frozenset({"tsig"}))


def served(knot: Knot, child: str = "mesh.net.example.") -> str:
    return content_text(read_delegation(Server(knot.address, knot.port), "net.example.", child))


def test_there_and_back_and_out(knot: Knot) -> None:
    """The whole way of a signed zone: DS out, nameservers over, nameservers back, DS in; then all of it out."""
    way = [
        (Mode.PRIMARY, Trust.PUBLISHED),
        (Mode.PRIMARY, Trust.WITHDRAWN),
        (Mode.MIXED, Trust.WITHDRAWN),
        (Mode.FALLBACK, Trust.WITHDRAWN),
        (Mode.PRIMARY, Trust.WITHDRAWN),
        (Mode.PRIMARY, Trust.PUBLISHED),
    ]
    beside = served(knot, "other.net.example.")
    resource_id, state = RESOURCE.create("mesh", inputs(knot, content(*way[0])), preview=False)
    assert resource_id == "mesh.net.example."
    for one in way:
        state = RESOURCE.update(resource_id, state, inputs(knot, content(*one)), preview=False)
        assert served(knot) == content(*one)
        assert state.values["content"] == content(*one)
        assert "tsig" in state.secret_keys
    RESOURCE.delete(resource_id, state)
    assert served(knot) == ""
    assert RESOURCE.read(resource_id, state, state) is None
    assert served(knot, "other.net.example.") == beside


def test_what_somebody_else_did_is_not_overwritten(knot: Knot) -> None:
    resource_id, state = RESOURCE.create("mesh", inputs(knot, content(Mode.PRIMARY)), preview=False)
    server = Server(knot.address, knot.port)
    ours = parse_content(content(Mode.PRIMARY), "net.example.")
    theirs = parse_content(content(Mode.PRIMARY).replace("192.0.2.2", "192.0.2.99"), "net.example.")
    change_delegation(server, "net.example.", ours, theirs, key=KEY)
    with pytest.raises(ForeignDelegationError, match=r"192\.0\.2\.99"):
        RESOURCE.update(resource_id, state, inputs(knot, content(Mode.FALLBACK)), preview=False)
    with pytest.raises(LostRaceError):
        change_delegation(server, "net.example.", ours, (), key=KEY)
    assert served(knot) == content_text(theirs)
    existing = RESOURCE.read(resource_id, state, state)
    assert existing is not None
    assert existing.outputs.values["content"] == content_text(theirs)
    RESOURCE.update(resource_id, existing.outputs, inputs(knot, content(Mode.PRIMARY)), preview=False)
    assert served(knot) == content(Mode.PRIMARY)


def test_a_delegation_that_stands_is_taken_over_as_it_is_and_no_other(knot: Knot) -> None:
    RESOURCE.create("mesh", inputs(knot, content(Mode.PRIMARY)), preview=False)
    RESOURCE.create("mesh", inputs(knot, content(Mode.PRIMARY)), preview=False)
    with pytest.raises(ForeignDelegationError, match="Nothing was written"):
        RESOURCE.create("mesh", inputs(knot, content(Mode.MIXED)), preview=False)
    assert served(knot) == content(Mode.PRIMARY)


def test_import(knot: Knot, monkeypatch: pytest.MonkeyPatch) -> None:
    RESOURCE.create("mesh", inputs(knot, content(Mode.PRIMARY)), preview=False)
    monkeypatch.setenv(IMPORT_KEY_VARIABLE, f"{KEY_ALGORITHM}:{KEY_NAME}:{KEY_SECRET}")
    existing = RESOURCE.read(
        f"mesh.net.example@net.example@{knot.address}@{knot.port}", Properties({}), Properties({})
    )
    assert existing is not None
    assert existing.inputs == inputs(knot, content(Mode.PRIMARY))
    assert not RESOURCE.diff(existing.outputs, inputs(knot, content(Mode.PRIMARY))).changes


def test_a_wrong_key_and_a_server_that_also_serves_the_child(knot: Knot) -> None:
    wrong = {"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": "d3Jvbmc="}
    with pytest.raises(KeyRejectedError):
        RESOURCE.create("mesh", inputs(knot, content(Mode.PRIMARY), tsig=wrong), preview=False)
    assert served(knot) == ""
    with pytest.raises(ServerFailedError, match=r"it serves child\.both\.example\. itself"):
        read_delegation(Server(knot.address, knot.port), "both.example.", "child.both.example.")


def test_a_preview_touches_nothing(knot: Knot) -> None:
    wanted = inputs(knot, content(Mode.PRIMARY))
    assert RESOURCE.create("mesh", wanted, preview=True) == ("", wanted)
    assert served(knot) == ""
    other = inputs(knot, content(Mode.FALLBACK))
    assert RESOURCE.diff(wanted, other).changes == {"content": PropertyChange.UPDATE}
