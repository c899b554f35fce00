from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties
from tests.lab.plugins.verbs import Cloudflare, checked

RECORDS = "/zones/z1/dns_records"
FOUND: dict[str, Any] = {
    "id": "r1",
    "name": "www.example.org",
    "type": "A",
    "content": "192.0.2.1",
    "ttl": 300,
    "proxied": False,
    "proxiable": True,
    "comment": None,
    "tags": [],
    "settings": {},
    "meta": {},
    "created_on": "2025-01-01T00:00:00Z",
    "modified_on": "2025-01-02T00:00:00Z",
}
INPUTS: dict[str, Any] = {"zoneId": "z1", "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 300}
STATE: dict[str, Any] = INPUTS | {
    "id": "r1",
    "proxied": False,
    "proxiable": True,
    "tags": [],
    "settings": {},
    "meta": "{}",
    "createdOn": "2025-01-01T00:00:00Z",
    "modifiedOn": "2025-01-02T00:00:00Z",
}
SRV: dict[str, Any] = {
    "zoneId": "z1",
    "name": "_sip._udp",
    "type": "SRV",
    "ttl": 300,
    "data": {"priority": 10, "weight": 5, "port": 5060, "target": "sip.example.org"},
}


def test_a_preview_asks_nothing(cloudflare: Cloudflare) -> None:
    kind = cloudflare.kind("DnsRecord")
    _, planned = kind.create("thing", checked(kind, INPUTS), preview=True)
    assert planned.values["modifiedOn"] is UNKNOWN
    assert cloudflare.api.asked() == []


def test_create_keeps_what_was_written_and_is_not_read_back(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"POST {RECORDS}", {"result": FOUND})
    assert cloudflare.create("DnsRecord", INPUTS) == ("r1", STATE)
    assert cloudflare.api.asked() == [
        f'POST {RECORDS} {{"name": "www", "type": "A", "ttl": 300, "content": "192.0.2.1", "proxied": false}}'
    ]
    assert cloudflare.diff("DnsRecord", STATE, INPUTS) == {}


def test_create_with_data_priority_and_comment(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"POST {RECORDS}", {"result": FOUND | {"type": "SRV", "data": SRV["data"]}})
    cloudflare.create(
        "DnsRecord", SRV | {"priority": 10, "comment": "voice", "data": SRV["data"] | {"flags": "0"}}
    )
    assert cloudflare.api.asked() == [
        (
            f'POST {RECORDS} {{"name": "_sip._udp", "type": "SRV", "ttl": 300, "data": {{"flags": 0, '
            '"target": "sip.example.org", "port": 5060, "priority": 10, "weight": 5}, "priority": 10, '
            '"comment": "voice", "proxied": false}'
        )
    ]


def test_a_refresh_brings_the_apis_form(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"GET {RECORDS}/r1", {"result": FOUND})
    found = cloudflare.read("DnsRecord", "r1", STATE, INPUTS)
    assert found is not None
    outputs = dict(found.outputs.values)
    assert outputs == STATE | {"name": "www.example.org", "__meta": '{"zone_name":"example.org"}'}
    assert cloudflare.diff("DnsRecord", outputs, INPUTS) == {}
    assert cloudflare.diff("DnsRecord", outputs, INPUTS | {"name": "www.example.org."}) == {}
    assert cloudflare.diff("DnsRecord", outputs, INPUTS | {"name": "ww"}) == {"name": "update"}
    assert cloudflare.api.asked() == [f"GET {RECORDS}/r1"]


def test_names_as_written_are_the_full_name(cloudflare: Cloudflare) -> None:
    apex = STATE | {"name": "example.org"}
    assert cloudflare.diff("DnsRecord", apex, INPUTS | {"name": "@"}) == {}
    deep = STATE | {"name": "a.b.example.org"}
    assert cloudflare.diff("DnsRecord", deep, INPUTS | {"name": "a"}) == {}
    known_zone = deep | {"__meta": '{"zone_name":"example.org"}'}
    assert cloudflare.diff("DnsRecord", known_zone, INPUTS | {"name": "a"}) == {"name": "update"}
    assert cloudflare.diff("DnsRecord", known_zone, INPUTS | {"name": "a.b"}) == {}


def test_rewritten_content_differs_after_a_refresh_but_case_in_a_cname_does_not(
    cloudflare: Cloudflare,
) -> None:
    six = {"type": "AAAA", "content": "2001:DB8::1"}
    assert cloudflare.diff("DnsRecord", STATE | six, INPUTS | six) == {}
    refreshed = STATE | {"type": "AAAA", "content": "2001:db8::1"}
    assert cloudflare.diff("DnsRecord", refreshed, INPUTS | six) == {"content": "update"}
    name = {"type": "CNAME", "content": "WWW.example.net"}
    assert cloudflare.diff("DnsRecord", STATE | name, INPUTS | name | {"content": "www.example.net"}) == {}


def test_an_srv_whose_priority_the_api_tells_differs_after_each_refresh(cloudflare: Cloudflare) -> None:
    told = FOUND | {"name": "_sip._udp.example.org", "type": "SRV", "data": SRV["data"], "priority": 10}
    cloudflare.api.on(f"GET {RECORDS}/r1", {"result": told})
    found = cloudflare.read("DnsRecord", "r1", SRV | {"id": "r1"}, SRV)
    assert found is not None
    outputs = dict(found.outputs.values)
    assert cloudflare.diff("DnsRecord", outputs, SRV) == {"priority": "delete"}
    assert cloudflare.diff("DnsRecord", outputs, SRV | {"priority": 10}) == {}


def test_an_answer_without_the_data_would_crash(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"GET {RECORDS}/r1", {"result": FOUND | {"type": "SRV"}})
    with pytest.raises(RemoteError, match="the real plugin crashes here"):
        cloudflare.read("DnsRecord", "r1", SRV | {"id": "r1"}, SRV)


def test_update_puts_the_whole_record(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(
        f"PUT {RECORDS}/r1", {"result": FOUND | {"ttl": 60, "modified_on": "2025-01-03T00:00:00Z"}}
    )
    state = STATE | {"comment": "old"}
    outputs = cloudflare.update("DnsRecord", "r1", state, INPUTS | {"ttl": 60})
    assert (outputs["ttl"], outputs["modifiedOn"], "comment" in outputs) == (
        60,
        "2025-01-03T00:00:00Z",
        False,
    )
    assert cloudflare.api.asked() == [
        (
            f'PUT {RECORDS}/r1 {{"name": "www", "type": "A", "ttl": 60, "content": "192.0.2.1", '
            '"proxied": false, "settings": {}, "tags": [], "comment": null}'
        )
    ]


def test_update_of_data_carries_the_old_content(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"PUT {RECORDS}/r1", {"result": FOUND})
    state = STATE | SRV | {"content": "10 5 5060 sip.example.org"}
    cloudflare.update("DnsRecord", "r1", state, SRV | {"data": SRV["data"] | {"port": 5061}})
    assert (
        '"content": "10 5 5060 sip.example.org", "data": {"target": "sip.example.org", "port": 5061'
        in (cloudflare.api.asked()[0])
    )


def test_the_switches_of_a_cname_are_off_where_nobody_says_anything(cloudflare: Cloudflare) -> None:
    inputs = INPUTS | {"type": "CNAME", "content": "www.example.net"}
    answer = {key: value for key, value in FOUND.items() if key != "settings"}
    cloudflare.api.on(f"POST {RECORDS}", {"result": answer | {"type": "CNAME"}})
    _, outputs = cloudflare.create("DnsRecord", inputs)
    off = {"ipv4Only": False, "ipv6Only": False, "flattenCname": False}
    assert outputs["settings"] == off
    assert cloudflare.diff("DnsRecord", outputs, inputs | {"settings": {"flattenCname": False}}) == {}
    on = inputs | {"settings": {"flattenCname": True}}
    assert cloudflare.diff("DnsRecord", outputs, on) == {"settings.flattenCname": "update"}


def test_what_replaces(cloudflare: Cloudflare) -> None:
    wanted = INPUTS | {"type": "TXT", "zoneId": "z2", "ttl": 60, "comment": "new"}
    assert cloudflare.diff("DnsRecord", STATE, wanted) == {
        "zoneId": "update-replace",
        "type": "update-replace",
        "ttl": "update",
        "comment": "add",
    }


def test_an_update_keeps_at_preview_what_does_not_change(cloudflare: Cloudflare) -> None:
    kind = cloudflare.kind("DnsRecord")
    planned = kind.update("r1", Properties(STATE), checked(kind, INPUTS | {"ttl": 60}), preview=True)
    assert planned.values == STATE | {"ttl": 60, "modifiedOn": UNKNOWN}


def test_import_reads_twice(cloudflare: Cloudflare) -> None:
    cloudflare.api.on(f"GET {RECORDS}/r1", {"result": FOUND})
    found = cloudflare.read("DnsRecord", "z1/r1", {}, {})
    assert found is not None
    assert (found.id, found.inputs.values) == ("r1", INPUTS | {"name": "www.example.org"})
    assert cloudflare.api.asked() == [f"GET {RECORDS}/r1"] * 2
    with pytest.raises(RemoteError, match="404 Not Found"):
        cloudflare.read("DnsRecord", "z1/r2", {}, {})
    with pytest.raises(RemoteError, match="invalid ID"):
        cloudflare.read("DnsRecord", "r1", {}, {})


def test_what_has_vanished(cloudflare: Cloudflare) -> None:
    assert cloudflare.read("DnsRecord", "r1", STATE, INPUTS) is None
    with pytest.raises(RemoteError, match=r'DELETE ".*/zones/z1/dns_records/r1": 404 Not Found'):
        cloudflare.delete("DnsRecord", "r1", STATE)
    with pytest.raises(RemoteError, match="404 Not Found"):
        cloudflare.update("DnsRecord", "r1", STATE, INPUTS | {"ttl": 60})


def test_a_proxied_record_has_no_ttl_of_its_own(cloudflare: Cloudflare) -> None:
    with pytest.raises(RemoteError, match="ttl must be set to 1 when `proxied` is true"):
        cloudflare.create("DnsRecord", INPUTS | {"proxied": True})
    assert cloudflare.api.asked() == []


def test_what_is_refused(cloudflare: Cloudflare) -> None:
    wrong = {
        "type": "SPF",
        "data": {"port": "x", "nonsense": 1},
        "priority": 70000,
        "includeShadowMetadata": True,
    }
    assert cloudflare.refused("DnsRecord", INPUTS | wrong)[1:] == [
        "data.port: must be a number, not 'x'",
        "data.nonsense: is no input of this type",
        "priority: must be between 0 and 65535, not 70000",
        (
            "includeShadowMetadata: is not supported by the lab's stand-in: "
            "its source was not at hand, so what it asks of the API is not known"
        ),
    ]
    assert cloudflare.refused("DnsRecord", SRV | {"content": "x"}) == [
        "data: conflicts with content: give one of them"
    ]
