"""RRsets of Hetzner DNS: names, values, protection, and what is served."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.clouds.bench import Bench

A = {"name": "www", "type": "A", "records": [{"value": "192.0.2.7"}]}


@pytest.fixture
def zone(bench: Bench) -> int:
    number: int = bench.made("/zones", {"name": "mesh.example", "mode": "primary"}, "zone")["id"]
    return number


def refusal(answer: Any) -> tuple[str, list[Any]]:
    error = answer["error"]
    return error["code"], [(field["name"], field["messages"]) for field in error["details"].get("fields", [])]


def test_an_rrset_is_shown_with_every_field_and_served(bench: Bench, zone: int) -> None:
    status, answer = bench.hetzner(
        "POST",
        "/zones/mesh.example/rrsets",
        {
            "name": "*.w",
            "type": "AAAA",
            "ttl": 300,
            "labels": {"owner": "noc"},
            "records": [{"value": "2001:DB8:0:0::1", "comment": "gate"}, {"value": "2001:db8::2"}],
        },
    )
    rrset = {
        "id": "*.w/AAAA",
        "name": "*.w",
        "type": "AAAA",
        "ttl": 300,
        "labels": {"owner": "noc"},
        "protection": {"change": False},
        "records": [{"value": "2001:db8::1", "comment": "gate"}, {"value": "2001:db8::2"}],
        "zone": zone,
    }
    assert (status, answer["rrset"]) == (201, rrset)
    assert (answer["action"]["command"], answer["action"]["status"]) == ("create_rrset", "success")
    assert answer["action"]["resources"] == [{"id": zone, "type": "zone"}]
    assert bench.hetzner("GET", f"/zones/{zone}/rrsets/*.w/AAAA") == (200, {"rrset": rrset})
    assert bench.served("mesh.example")[-2:] == ["*.w 300 IN AAAA 2001:db8::1", "*.w 300 IN AAAA 2001:db8::2"]


@pytest.mark.parametrize("name", ["@", "_xmpp._tcp", "*", "*.w", "a.b.c"])
def test_names_need_no_escapes_in_paths(bench: Bench, zone: int, name: str) -> None:
    bench.made(f"/zones/{zone}/rrsets", A | {"name": name}, "rrset")
    status, answer = bench.hetzner("GET", f"/zones/{zone}/rrsets/{name}/A")
    assert (status, answer["rrset"]["id"]) == (200, f"{name}/A")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("www.", "must not end with a dot"),
        ("www.mesh.example", "must not end with the name of the zone"),
        ("mesh.example", "must not end with the name of the zone"),
        ("WWW", "must be in lower case"),
        ("a..b", "is no domain name"),
        ("w.*", "is no domain name"),
        ("", "is no domain name"),
        ("x" * 64, "is no domain name"),
    ],
)
def test_a_name_that_is_refused(bench: Bench, zone: int, name: str, why: str) -> None:
    status, answer = bench.hetzner("POST", f"/zones/{zone}/rrsets", A | {"name": name})
    assert (status, refusal(answer)) == (422, ("invalid_input", [("name", [why])]))


@pytest.mark.parametrize(
    ("record_type", "given", "kept"),
    [
        ("AAAA", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("CAA", '0 issue "letsencrypt.org"', '0 issue "letsencrypt.org"'),
        ("CNAME", "WWW.Example.", "www.example."),
        ("CNAME", "www", "www"),
        ("DS", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", None),
        ("HTTPS", "1 . alpn=h2", '1 . alpn="h2"'),
        ("MX", "10  Mail.Example.", "10 mail.example."),
        ("NS", "Ns1.Example.", "ns1.example."),
        ("PTR", "Host.Example.", "host.example."),
        ("SRV", "0 5 5269 XMPP.example.", "0 5 5269 xmpp.example."),
        ("TLSA", "3 1 1 " + "AB" * 32, "3 1 1 " + "ab" * 32),
        ("TXT", '"V=spf1 -all" "b"', '"V=spf1 -all" "b"'),
    ],
)
def test_the_form_in_which_a_value_is_kept(
    bench: Bench, zone: int, record_type: str, given: str, kept: str | None
) -> None:
    body = {"name": "x", "type": record_type, "records": [{"value": given}]}
    rrset = bench.made(f"/zones/{zone}/rrsets", body, "rrset")
    assert [record["value"] for record in rrset["records"]] == [given.lower() if kept is None else kept]


@pytest.mark.parametrize(
    ("record_type", "value", "why"),
    [
        ("TXT", "v=spf1 -all", "a TXT value must consist of one or more quoted strings"),
        ("TXT", f'"{"x" * 256}"', "a string of a TXT value must not be longer than 255 octets"),
        ("TXT", '"\\999"', None),
        ("A", "192.0.2.300", "'192.0.2.300' is no A value: Text input is malformed."),
        ("AAAA", "192.0.2.1", "'192.0.2.1' is no AAAA value: Text input is malformed."),
        ("MX", "mail.example.", None),
        ("SRV", "0 5 xmpp.example.", None),
        ("CAA", "0 issue", None),
        ("DS", "60485 5 1 zz", None),
    ],
)
def test_a_value_that_is_refused(
    bench: Bench, zone: int, record_type: str, value: str, why: str | None
) -> None:
    body = {"name": "x", "type": record_type, "records": [{"value": value}]}
    status, answer = bench.hetzner("POST", f"/zones/{zone}/rrsets", body)
    code, [(field, [message])] = refusal(answer)
    assert (status, code, field) == (422, "invalid_input", "records")
    assert message == why if why else message.startswith(f"{value!r} is no {record_type} value")


@pytest.mark.parametrize(
    ("body", "field", "messages"),
    [
        (A | {"records": []}, "records", ["Tuple should have at least 1 item after validation, not 0"]),
        (A | {"records": [{"value": "192.0.2.1"}] * 2}, "records", ["'192.0.2.1' is given twice"]),
        (A | {"ttl": 59}, "ttl", ["Input should be greater than or equal to 60"]),
        (A | {"labels": {"a b": "c"}}, "labels", ["Value error, label key 'a b' is not allowed"]),
        (A | {"type": "SPF"}, "type", None),
        (A | {"records": [{"value": "192.0.2.1", "weight": 1}]}, "records", None),
        ({"name": "x", "type": "A"}, "records", ["Field required"]),
    ],
)
def test_a_body_that_is_refused(
    bench: Bench, zone: int, body: object, field: str, messages: list[str] | None
) -> None:
    status, answer = bench.hetzner("POST", f"/zones/{zone}/rrsets", body)
    code, [(name, said)] = refusal(answer)
    assert (status, code, name) == (422, "invalid_input", field)
    assert messages is None or said == messages


def test_the_same_rrset_twice(bench: Bench, zone: int) -> None:
    bench.made(f"/zones/{zone}/rrsets", A, "rrset")
    status, answer = bench.hetzner("POST", f"/zones/{zone}/rrsets", A)
    assert (status, answer["error"]["code"]) == (409, "uniqueness_error")


def test_a_cname_stands_alone(bench: Bench, zone: int) -> None:
    bench.made(f"/zones/{zone}/rrsets", A, "rrset")
    alias = {"name": "www", "type": "CNAME", "records": [{"value": "other.example."}]}
    status, answer = bench.hetzner("POST", f"/zones/{zone}/rrsets", alias)
    assert (status, refusal(answer)) == (
        422,
        ("invalid_input", [("name", ["www has a CNAME; it cannot have A too"])]),
    )


def test_records_are_set_added_removed_and_commented(bench: Bench, zone: int) -> None:
    path = f"/zones/{zone}/rrsets/www/A"
    bench.made(f"/zones/{zone}/rrsets", A, "rrset")
    steps = [
        ("set_records", {"records": [{"value": "192.0.2.1"}, {"value": "192.0.2.2"}]}),
        ("add_records", {"records": [{"value": "192.0.2.3"}]}),
        ("remove_records", {"records": [{"value": "192.0.2.1"}]}),
        ("update_records", {"records": [{"value": "192.0.2.2", "comment": "old"}]}),
        ("change_ttl", {"ttl": 120}),
    ]
    commands = [bench.made(f"{path}/actions/{verb}", body, "action")["command"] for verb, body in steps]
    _, answer = bench.hetzner("GET", path)
    assert commands == [
        "set_rrset_records",
        "add_rrset_records",
        "remove_rrset_records",
        "update_rrset_records",
        "change_rrset_ttl",
    ]
    assert answer["rrset"]["records"] == [{"value": "192.0.2.2", "comment": "old"}, {"value": "192.0.2.3"}]
    assert bench.served("mesh.example")[-2:] == ["www 120 IN A 192.0.2.2", "www 120 IN A 192.0.2.3"]


def test_the_last_record_takes_the_rrset_with_it(bench: Bench, zone: int) -> None:
    path = f"/zones/{zone}/rrsets/www/A"
    bench.made(f"{path}/actions/add_records", {"records": A["records"]}, "action")
    bench.made(f"{path}/actions/remove_records", {"records": A["records"]}, "action")
    assert bench.hetzner("GET", path)[0] == 404


def test_a_protected_rrset_cannot_be_changed_or_deleted(bench: Bench, zone: int) -> None:
    path = f"/zones/{zone}/rrsets/www/A"
    bench.made(f"/zones/{zone}/rrsets", A, "rrset")
    bench.made(f"{path}/actions/change_protection", {"change": True}, "action")
    answers = [
        bench.hetzner("POST", f"{path}/actions/set_records", {"records": A["records"]}),
        bench.hetzner("POST", f"{path}/actions/change_ttl", {"ttl": None}),
        bench.hetzner("DELETE", path),
    ]
    refused = (423, "protected", "rrset is change protected")
    assert [(s, a["error"]["code"], a["error"]["message"]) for s, a in answers] == [refused] * 3
    assert bench.hetzner("PUT", path, {"labels": {"a": "b"}})[1]["rrset"]["labels"] == {"a": "b"}
    bench.made(f"{path}/actions/change_protection", {"change": False}, "action")
    assert bench.hetzner("DELETE", path)[0] == 201


def test_soa_and_apex_ns_can_be_changed_but_not_deleted(bench: Bench, zone: int) -> None:
    soa, ns = f"/zones/{zone}/rrsets/@/SOA", f"/zones/{zone}/rrsets/@/NS"
    value = "hydrogen.ns.hetzner.example. noc.mesh.example. 0 7200 3600 1209600 600"
    bench.made(f"{soa}/actions/set_records", {"records": [{"value": value}]}, "action")
    bench.made(f"{ns}/actions/set_records", {"records": [{"value": "ns1.mesh.example."}]}, "action")
    assert bench.served("mesh.example") == [
        "$ORIGIN mesh.example.",
        "@ 3600 IN SOA hydrogen.ns.hetzner.example. noc.mesh.example. 2026030102 7200 3600 1209600 600",
        "@ 3600 IN NS ns1.mesh.example.",
    ]
    assert [bench.hetzner("DELETE", path)[0] for path in (soa, ns)] == [422, 422]


def test_lists_filter_by_name_type_and_label_and_come_in_pages(bench: Bench, zone: int) -> None:
    for number in range(120):
        body = A | {"name": f"n{number:03}", "labels": {"even": str(number % 2 == 0).lower()}}
        bench.made(f"/zones/{zone}/rrsets", body, "rrset")
    _, third = bench.hetzner("GET", f"/zones/{zone}/rrsets?per_page=50&page=3&sort=name")
    assert [rrset["name"] for rrset in third["rrsets"]][:2] == ["n098", "n099"]
    assert third["meta"]["pagination"] == {
        "page": 3,
        "per_page": 50,
        "previous_page": 2,
        "next_page": None,
        "last_page": 3,
        "total_entries": 122,
    }
    queries = ["per_page=100", "type=NS&type=SOA", "name=n007", "label_selector=even%3Dtrue", "per_page=101"]
    totals = [
        (status, None if status != 200 else answer["meta"]["pagination"]["total_entries"])
        for status, answer in (bench.hetzner("GET", f"/zones/{zone}/rrsets?{query}") for query in queries)
    ]
    assert totals == [(200, 122), (200, 2), (200, 1), (200, 60), (422, None)]


def test_a_secondary_zone_has_no_rrsets_here(bench: Bench) -> None:
    body = {"name": "far.example", "mode": "secondary", "primary_nameservers": [{"address": "192.0.2.53"}]}
    bench.made("/zones", body, "zone")
    answers = [
        bench.hetzner("GET", "/zones/far.example/rrsets"),
        bench.hetzner("POST", "/zones/far.example/rrsets", A),
        bench.hetzner("GET", "/zones/far.example/rrsets/@/NS"),
    ]
    assert [(status, answer["error"]["code"]) for status, answer in answers] == [
        (422, "incorrect_zone_mode")
    ] * 3
