from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.fake_api import error
from tests.lab.plugins.verbs import Hcloud

PATH = "/zones/example.org/rrsets/@/A"
FOUND: dict[str, Any] = {
    "id": "@/A",
    "name": "@",
    "type": "A",
    "ttl": None,
    "labels": {},
    "protection": {"change": False},
    "records": [{"value": "192.0.2.1", "comment": ""}, {"value": "192.0.2.2", "comment": "spare"}],
}
RECORDS = [{"value": "192.0.2.1"}, {"value": "192.0.2.2", "comment": "spare"}]
INPUTS: dict[str, Any] = {"zone": "example.org", "name": "@", "type": "A", "records": RECORDS}
STATE: dict[str, Any] = INPUTS | {"id": "@/A", "labels": {}, "changeProtection": False}


def test_create_posts_waits_and_reads(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones/example.org/rrsets", (201, {"rrset": {"id": "@/A"}, "action": running(9)}))
    hcloud.api.on(poll(9), {"actions": [ended(9)]})
    hcloud.api.on(f"GET {PATH}", {"rrset": FOUND})
    assert hcloud.create("ZoneRrset", INPUTS) == ("@/A", STATE)
    assert hcloud.api.asked() == [
        (
            'POST /zones/example.org/rrsets {"name": "@", "type": "A", "labels": {}, "records": '
            '[{"value": "192.0.2.1"}, {"value": "192.0.2.2", "comment": "spare"}]}'
        ),
        poll(9),
        f"GET {PATH}",
    ]


@pytest.mark.parametrize("name", ["*.w", "_xmpp._tcp"])
def test_names_are_not_escaped(hcloud: Hcloud, name: str) -> None:
    found = FOUND | {"id": f"{name}/A", "name": name}
    hcloud.api.on("POST /zones/example.org/rrsets", (201, {"rrset": {"id": f"{name}/A"}}))
    hcloud.api.on(f"GET /zones/example.org/rrsets/{name}/A", {"rrset": found})
    assert hcloud.create("ZoneRrset", INPUTS | {"name": name})[0] == f"{name}/A"


def test_ttl_and_protection_of_a_new_set(hcloud: Hcloud) -> None:
    hcloud.api.on("POST /zones/example.org/rrsets", (201, {"rrset": {"id": "@/A"}, "action": running(9)}))
    hcloud.api.on(f"POST {PATH}/actions/change_protection", (201, {"action": running(10)}))
    hcloud.api.on(poll(9, 10), {"actions": [ended(9), ended(10)]})
    hcloud.api.on(f"GET {PATH}", {"rrset": FOUND | {"ttl": 60, "protection": {"change": True}}})
    hcloud.create(
        "ZoneRrset", INPUTS | {"ttl": 60, "changeProtection": True, "records": [{"value": "192.0.2.1"}]}
    )
    assert hcloud.api.asked() == [
        (
            'POST /zones/example.org/rrsets {"name": "@", "type": "A", "ttl": 60, "labels": {}, '
            '"records": [{"value": "192.0.2.1"}]}'
        ),
        f'POST {PATH}/actions/change_protection {{"change": true}}',
        poll(9, 10),
        f"GET {PATH}",
    ]


def test_a_failed_action_leaves_an_orphan_and_the_next_run_a_conflict(hcloud: Hcloud) -> None:
    answer = {"rrset": {"id": "@/A"}, "action": failed(1003, "create_rrset")}
    hcloud.api.on("POST /zones/example.org/rrsets", (201, answer), error(409, "uniqueness_error", "exists"))
    with pytest.raises(RemoteError, match="Command: create_rrset\nID: 1003"):
        hcloud.create("ZoneRrset", INPUTS)
    with pytest.raises(RemoteError, match=r"exists \(uniqueness_error\)"):
        hcloud.create("ZoneRrset", INPUTS)


def test_update_of_everything(hcloud: Hcloud) -> None:
    for number, verb in enumerate(("change_ttl", "set_records", "change_protection"), 9):
        hcloud.api.on(f"POST {PATH}/actions/{verb}", (201, {"action": running(number)}))
    hcloud.api.on(poll(9, 10), {"actions": [ended(9), ended(10)]})
    hcloud.api.on(poll(11), {"actions": [ended(11)]})
    hcloud.api.on(f"PUT {PATH}", {"rrset": FOUND | {"ttl": 60}})
    wanted = {"ttl": 60, "changeProtection": True, "records": [{"value": "192.0.2.9"}], "labels": {"a": "b"}}
    outputs = hcloud.update("ZoneRrset", "@/A", STATE, INPUTS | wanted)
    assert outputs["changeProtection"] is True
    assert hcloud.api.asked() == [
        f'POST {PATH}/actions/change_ttl {{"ttl": 60}}',
        f'POST {PATH}/actions/set_records {{"records": [{{"value": "192.0.2.9"}}]}}',
        poll(9, 10),
        f'PUT {PATH} {{"labels": {{"a": "b"}}}}',
        f'POST {PATH}/actions/change_protection {{"change": true}}',
        poll(11),
    ]


def test_protection_goes_first_and_a_ttl_taken_away_is_null(hcloud: Hcloud) -> None:
    for verb in ("change_ttl", "change_protection"):
        hcloud.api.on(f"POST {PATH}/actions/{verb}", (201, {"action": ended(9)}))
    hcloud.api.on(f"PUT {PATH}", {"rrset": FOUND})
    state = STATE | {"ttl": 60, "changeProtection": True}
    hcloud.update("ZoneRrset", "@/A", state, INPUTS | {"changeProtection": False})
    assert hcloud.api.asked() == [
        f'POST {PATH}/actions/change_protection {{"change": false}}',
        f'POST {PATH}/actions/change_ttl {{"ttl": null}}',
        f"PUT {PATH} {{}}",
    ]


def test_the_order_of_records_is_no_difference(hcloud: Hcloud) -> None:
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"records": RECORDS[::-1]}) == {}


def test_an_api_that_rewrites_values_differs_at_every_preview(hcloud: Hcloud) -> None:
    inputs = INPUTS | {"type": "AAAA", "records": [{"value": "2001:DB8::1"}]}
    state = STATE | {"type": "AAAA", "records": [{"value": "2001:db8::1"}]}
    assert hcloud.diff("ZoneRrset", state, inputs) == {"records[0]": "update"}


def test_what_replaces(hcloud: Hcloud) -> None:
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"type": "CNAME"}) == {"type": "update-replace"}
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"name": "www"}) == {"name": "update-replace"}
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"zone": "3"}) == {"zone": "update-replace"}
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"ttl": 60}) == {"ttl": "add"}
    assert hcloud.diff("ZoneRrset", STATE, INPUTS | {"records": RECORDS[:1]}) == {"records[1]": "delete"}


def test_import_names_the_zone(hcloud: Hcloud) -> None:
    hcloud.api.on(f"GET {PATH}", {"rrset": FOUND})
    found = hcloud.read("ZoneRrset", "example.org/@/A", {}, {})
    assert found is not None
    assert (found.id, found.outputs.values, found.inputs.values) == ("@/A", STATE, INPUTS)
    with pytest.raises(RemoteError, match="Invalid import ID"):
        hcloud.read("ZoneRrset", "nonsense", {}, {})


def test_refresh_is_one_call_and_keeps_the_programs_order(hcloud: Hcloud) -> None:
    hcloud.api.on(f"GET {PATH}", {"rrset": FOUND | {"records": FOUND["records"][::-1]}})
    found = hcloud.read("ZoneRrset", "@/A", STATE, INPUTS)
    assert found is not None
    assert found.inputs.values == INPUTS
    assert hcloud.api.asked() == [f"GET {PATH}"]


def test_delete_waits_is_never_repeated_and_gone_is_good(hcloud: Hcloud) -> None:
    hcloud.delete("ZoneRrset", "@/A", STATE)
    hcloud.api.on(f"DELETE {PATH}", error(423, "protected", "rrset is change protected"))
    with pytest.raises(RemoteError, match=r"rrset is change protected \(protected\)"):
        hcloud.delete("ZoneRrset", "@/A", STATE)
    assert hcloud.api.asked() == [f"DELETE {PATH}"] * 2


def test_the_soa_is_only_read(hcloud: Hcloud) -> None:
    soa = "a.example. b.example. 2025010101 86400 10800 3600000 3600"
    path = "/zones/example.org/rrsets/@/SOA"
    found = FOUND | {"id": "@/SOA", "type": "SOA", "records": [{"value": soa}]}
    hcloud.api.on(f"GET {path}", {"rrset": found})
    inputs = INPUTS | {"type": "SOA", "records": [{"value": soa.replace("2025010101", "0")}]}
    resource_id, outputs = hcloud.create("ZoneRrset", inputs)
    assert (resource_id, outputs["records"]) == ("@/SOA", inputs["records"])
    hcloud.delete("ZoneRrset", "@/SOA", outputs)
    assert hcloud.api.asked() == [f"GET {path}", f"GET {path}"]


def test_an_empty_set_is_refused(hcloud: Hcloud) -> None:
    assert hcloud.refused("ZoneRrset", INPUTS | {"records": []}) == [
        "records: must have at least one element"
    ]
