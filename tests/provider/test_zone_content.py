"""ZoneContent against a real knotd: what the engine's verbs do and refuse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.errors import KeyRejectedError, NotServedError, SilentServerError
from ffinfra.dns.wire.reconcile import ForeignChangeError, Wish, reconcile
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import transfer_zone
from ffinfra.dns.zone_text import content_of, content_text, parse_content
from ffinfra.problems import OperationalError
from ffinfra.provider import zone_content
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PropertyChange
from ffinfra.provider.zone_content import ZoneContent
from ffinfra.provider.zone_content_inputs import IMPORT_KEY_VARIABLE
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot

ORIGIN = "mesh.example."
HEAD = """\
$ORIGIN mesh.example.
$TTL 600
@ SOA ns1 hostmaster 1 4h 1h 2w 1h
"""
SEED = HEAD + "@ NS seed\n"
DECLARED = HEAD + "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 198.51.100.2\nwww CNAME ns1\n"
RESOURCE = ZoneContent()


def content(text: str) -> str:
    return content_text(content_of(read_zone_text(text).zone))


def inputs(knot: Knot | None, text: str, **changes: Any) -> Properties:
    values = {
        "zone": ORIGIN,
        "content": content(text),
        "soa": {"refresh": 7200},
        "server": {"address": knot.address if knot else "192.0.2.1", "port": knot.port if knot else 53},
        "tsig": {"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": KEY_SECRET},
    }
    return Properties({**values, **changes}, frozenset({"tsig"}))


def served(knot: Knot) -> str:
    key = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)
    return content_text(transfer_zone(Server(knot.address, knot.port), ORIGIN, key=key).content)


def somebody_writes(knot: Knot, text: str, soa: Mapping[str, object] | None = None) -> None:
    key, server = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET), Server(knot.address, knot.port)
    before = transfer_zone(server, ORIGIN, key=key)
    new = parse_content(content(text), ORIGIN)
    wish = Wish(before.content, SoaSettings(), new, SoaSettings.from_mapping(soa or {}))
    reconcile(server, ORIGIN, before, wish, key=key, now=1)


def test_differences_are_told_by_property() -> None:
    state = Properties({**inputs(None, DECLARED).values, "serial": 7})
    new = inputs(
        None,
        SEED,
        zone="other.example.",
        soa={"retry": 1},
        server={"address": "192.0.2.1", "port": 54},
        tsig={"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": "AAAA"},
    )
    assert dict(RESOURCE.diff(state, new).changes) == {
        "zone": PropertyChange.UPDATE_REPLACE,
        "content": PropertyChange.UPDATE,
        "soa.refresh": PropertyChange.DELETE,
        "soa.retry": PropertyChange.ADD,
        "server.port": PropertyChange.UPDATE,
        "tsig": PropertyChange.UPDATE,
    }
    assert RESOURCE.diff(state, inputs(None, DECLARED)).changes == {}
    assert dict(RESOURCE.diff(state, inputs(None, DECLARED, content=UNKNOWN)).changes) == {
        "content": PropertyChange.UPDATE
    }


def test_previews_touch_nothing() -> None:
    made, outputs = RESOURCE.create("z", inputs(None, DECLARED), preview=True)
    assert (made, outputs.values["serial"]) == (ORIGIN, UNKNOWN)
    assert outputs.secret_keys == {"tsig"}
    state = Properties({**inputs(None, DECLARED).values, "serial": 7})
    assert RESOURCE.update("z", state, inputs(None, SEED), preview=True).values["serial"] is UNKNOWN
    moved = inputs(None, DECLARED, server={"address": "192.0.2.9", "port": 53})
    assert RESOURCE.update("z", state, moved, preview=True).values["serial"] == 7


def test_an_import_without_state_needs_a_usable_id() -> None:
    with pytest.raises(OperationalError, match="is not of the form zone@address"):
        RESOURCE.read("mesh.example", Properties(), Properties())


@pytest.mark.full
class TestWithKnot:
    """The verbs in the order of a zone's life."""

    def created(self, knot: Knot) -> Properties:
        made, state = RESOURCE.create("z", inputs(knot, DECLARED), preview=False)
        assert made == ORIGIN
        return state

    def test_from_seed_to_seed(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            state = self.created(knot)
            assert served(knot) == content(DECLARED)
            again = RESOURCE.read(ORIGIN, state, inputs(knot, DECLARED))
            assert again is not None
            assert again.outputs == state
            assert RESOURCE.diff(again.outputs, inputs(knot, DECLARED)).changes == {}

            new = inputs(knot, DECLARED + "mail A 192.0.2.25\n", soa={"refresh": 300, "minimum": 60})
            state = RESOURCE.update(ORIGIN, state, new, preview=False)
            assert served(knot) == content(DECLARED + "mail A 192.0.2.25\n")
            assert state.values["soa"] == {"refresh": 300, "minimum": 60}

            RESOURCE.delete(ORIGIN, state)
            assert served(knot) == content(HEAD + "@ NS ns1\n@ NS ns2\n")
            RESOURCE.delete(ORIGIN, state)

    def test_a_refresh_shows_drift_and_an_update_undoes_it(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            state = self.created(knot)
            drifted = DECLARED.replace("192.0.2.1", "192.0.2.99")
            somebody_writes(knot, drifted, {"refresh": 60})

            with pytest.raises(ForeignChangeError) as raised:
                RESOURCE.update(ORIGIN, state, inputs(knot, DECLARED + "x A 192.0.2.9\n"), preview=False)
            assert "~ ns1.mesh.example. A: 192.0.2.1 -> 192.0.2.99\n" in str(raised.value)
            assert "~ SOA refresh: 7200 -> 60\n" in str(raised.value)
            assert served(knot) == content(drifted)

            found = RESOURCE.read(ORIGIN, state, inputs(knot, DECLARED))
            assert found is not None
            assert found.outputs.values["content"] == found.inputs.values["content"] == content(drifted)
            assert found.outputs.values["soa"] == {"refresh": 60}
            assert dict(RESOURCE.diff(found.outputs, inputs(knot, DECLARED)).changes) == {
                "content": PropertyChange.UPDATE,
                "soa.refresh": PropertyChange.UPDATE,
            }
            RESOURCE.update(ORIGIN, found.outputs, inputs(knot, DECLARED), preview=False)
            assert served(knot) == content(DECLARED)

    def test_an_update_that_is_done_already_succeeds(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            state = self.created(knot)
            new = DECLARED + "x A 192.0.2.9\n"
            somebody_writes(knot, new)
            done = RESOURCE.update(ORIGIN, state, inputs(knot, new), preview=False)
            assert done.values["serial"] != state.values["serial"]
            assert RESOURCE.update(ORIGIN, state, inputs(knot, new), preview=False) == done

    def test_somebodys_records_are_not_taken_over_but_equal_ones_are(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: DECLARED + "theirs A 192.0.2.66\n"}) as knot:
            with pytest.raises(
                ForeignChangeError, match=r"\+ theirs\.mesh\.example\. A: 192\.0\.2\.66"
            ) as raised:
                self.created(knot)
            assert "pulumi import freifunk:index:ZoneContent" in str(raised.value)
            assert "theirs" in served(knot)
            somebody_writes(knot, DECLARED)
            assert self.created(knot).values["content"] == content(DECLARED)

    def test_an_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(IMPORT_KEY_VARIABLE, f"{KEY_ALGORITHM}:{KEY_NAME}:{KEY_SECRET}")
        with running_knot(tmp_path, {ORIGIN: DECLARED}) as knot:
            found = RESOURCE.read(f"mesh.example@{knot.address}@{knot.port}", Properties(), Properties())
            assert found is not None
            assert found.id == ORIGIN
            assert found.inputs.secret_keys == found.outputs.secret_keys == {"tsig"}
            soa = {
                "mname": "ns1.mesh.example.",
                "rname": "hostmaster.mesh.example.",
                "refresh": 14400,
                "retry": 3600,
                "expire": 1209600,
                "minimum": 3600,
                "ttl": 600,
            }
            declared = inputs(knot, DECLARED, soa=soa)
            assert dict(found.inputs.values) == dict(declared.values)
            assert RESOURCE.diff(found.outputs, declared).changes == {}

    def test_another_server_is_filled_when_bare_and_left_alone_when_not(self, tmp_path: Path) -> None:
        for name in ("old", "bare", "other"):
            (tmp_path / name).mkdir()
        with (
            running_knot(tmp_path / "old", {ORIGIN: SEED}) as old,
            running_knot(tmp_path / "bare", {ORIGIN: SEED}) as bare,
            running_knot(tmp_path / "other", {ORIGIN: SEED + "theirs A 192.0.2.66\n"}) as other,
        ):
            state = self.created(old)
            with pytest.raises(ForeignChangeError, match="theirs"):
                RESOURCE.update(ORIGIN, state, inputs(other, DECLARED), preview=False)
            old.stop()
            RESOURCE.update(ORIGIN, state, inputs(bare, DECLARED), preview=False)
            assert served(bare) == content(DECLARED)

    def test_a_zone_that_is_not_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(zone_content, "WAIT_FOR_SERVER", 0.3)
        with running_knot(tmp_path, {"other.example.": SEED.replace("mesh", "other")}) as knot:
            with pytest.raises(NotServedError, match=r"does not serve mesh\.example\. \(REFUSED\)"):
                self.created(knot)
            state = Properties({**inputs(knot, DECLARED).values, "serial": 7})
            with pytest.raises(NotServedError):
                RESOURCE.read(ORIGIN, state, inputs(knot, DECLARED))
            RESOURCE.delete(ORIGIN, state)
        with pytest.raises(SilentServerError):
            self.created(knot)

    def test_a_wrong_key_is_told_without_its_secret(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            wrong = inputs(
                knot, DECLARED, tsig={"name": KEY_NAME, "algorithm": KEY_ALGORITHM, "secret": "aHVzaA=="}
            )
            with pytest.raises(KeyRejectedError, match="BADSIG") as raised:
                RESOURCE.create("z", wrong, preview=False)
            assert "aHVzaA" not in str(raised.value)
            assert served(knot) == content(SEED)

    def test_a_server_that_comes_up_late_is_waited_for(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            knot.stop()
            import threading  # noqa: PLC0415

            starter = threading.Timer(0.7, knot.start)
            starter.start()
            state = self.created(knot)
            starter.join()
            assert state.values["content"] == served(knot)

    def test_a_creation_that_was_cut_off_goes_on(self, tmp_path: Path) -> None:
        with running_knot(tmp_path, {ORIGIN: SEED}) as knot:
            somebody_writes(knot, SEED + "ns1 A 192.0.2.1\n")
            assert self.created(knot).values["content"] == content(DECLARED)
