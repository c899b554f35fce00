"""What visitors see: real knotd, real queries, in a namespace of the test's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.clouds.bench import PARENT_ID
from tests.lab.clouds.served.world import Clouds, World

pytestmark = pytest.mark.full

HETZNER = ("203.0.113.53", "203.0.113.54", "2001:db8:53::1")
CLOUDFLARE = ("198.51.100.53", "198.51.100.54")
RECORDS = f"/zones/{PARENT_ID}/dns_records"


def test_a_zone_is_served_on_every_address_over_udp_and_tcp_before_the_answer_comes(clouds: Clouds) -> None:
    zone = clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})["zone"]
    serial = clouds.hetzner("GET", f"/zones/{zone['id']}/rrsets/@/SOA")["rrset"]["records"][0][
        "value"
    ].split()[2]
    soa = f"hydrogen.ns.hetzner.example. dns.hetzner.example. {serial} 86400 10800 3600000 3600"
    expected = {
        "rcode": "NOERROR",
        "authoritative": True,
        "answer": [f"mesh.example. 3600 IN SOA {soa}"],
        "authority": [],
        "additional": [],
    }
    asked = [(address, tcp) for address in HETZNER for tcp in (False, True)]
    seen = [clouds.visitor.looks_up("mesh.example", "SOA", address, tcp=tcp) for address, tcp in asked]
    assert seen == [expected] * 6
    assert clouds.visitor.looks_up("mesh.example", "NS", HETZNER[2])["answer"] == [
        "mesh.example. 3600 IN NS hydrogen.ns.hetzner.example.",
        "mesh.example. 3600 IN NS oxygen.ns.hetzner.example.",
    ]


def test_no_visitor_sees_older_data_than_the_api_promised(world: World) -> None:
    clouds = world.serve(hetzner={"action_seconds": 0.01})
    clouds.finished(clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"}))
    rrset = {"name": "www", "type": "A", "ttl": 60, "records": [{"value": "192.0.2.0"}]}
    clouds.finished(clouds.hetzner("POST", "/zones/mesh.example/rrsets", rrset))
    record = clouds.cloudflare(
        "POST", RECORDS, {"name": "www", "type": "A", "content": "192.0.2.0", "ttl": 60}
    )
    for number in range(1, 21):
        value = f"192.0.2.{number}"
        path = "/zones/mesh.example/rrsets/www/A/actions/set_records"
        assert clouds.finished(clouds.hetzner("POST", path, {"records": [{"value": value}]})) == "success"
        clouds.cloudflare("PATCH", f"{RECORDS}/{record['result']['id']}", {"content": value})
        seen = [
            clouds.visitor.looks_up("www.mesh.example", "A", HETZNER[number % 3])["answer"],
            clouds.visitor.looks_up("www.musterstadt.example", "A", CLOUDFLARE[number % 2])["answer"],
        ]
        assert seen == [[f"www.mesh.example. 60 IN A {value}"], [f"www.musterstadt.example. 60 IN A {value}"]]


def test_a_delegation_at_cloudflare_is_a_referral_with_glue(clouds: Clouds) -> None:
    digest = "ab" * 32
    bodies: list[dict[str, Any]] = [
        {"name": "mesh", "type": "NS", "content": "ns1.mesh.musterstadt.example", "ttl": 300},
        {"name": "ns1.mesh", "type": "A", "content": "192.0.2.53", "ttl": 300},
        {"name": "ns1.mesh", "type": "AAAA", "content": "2001:db8::53", "ttl": 300},
        {
            "name": "mesh",
            "type": "DS",
            "ttl": 300,
            "data": {"key_tag": 7, "algorithm": 13, "digest_type": 2, "digest": digest},
        },
    ]
    for body in bodies:
        clouds.cloudflare("POST", RECORDS, body)
    assert clouds.visitor.looks_up("www.mesh.musterstadt.example", "A", CLOUDFLARE[0]) == {
        "rcode": "NOERROR",
        "authoritative": False,
        "answer": [],
        "authority": ["mesh.musterstadt.example. 300 IN NS ns1.mesh.musterstadt.example."],
        "additional": [
            "ns1.mesh.musterstadt.example. 300 IN A 192.0.2.53",
            "ns1.mesh.musterstadt.example. 300 IN AAAA 2001:db8::53",
        ],
    }
    signed = clouds.visitor.looks_up("mesh.musterstadt.example", "DS", CLOUDFLARE[0])
    assert signed["answer"] == [f"mesh.musterstadt.example. 300 IN DS 7 13 2 {digest}"]


def test_what_is_deleted_is_gone(clouds: Clouds) -> None:
    clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    rrset = {"name": "www", "type": "A", "records": [{"value": "192.0.2.1"}]}
    clouds.hetzner("POST", "/zones/mesh.example/rrsets", rrset)
    clouds.hetzner("DELETE", "/zones/mesh.example/rrsets/www/A")
    seen = [clouds.visitor.looks_up("www.mesh.example", "A", HETZNER[0])["rcode"]]
    clouds.hetzner("DELETE", "/zones/mesh.example")
    seen.append(clouds.visitor.looks_up("mesh.example", "SOA", HETZNER[0])["rcode"])
    clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    seen.append(clouds.visitor.looks_up("mesh.example", "SOA", HETZNER[0])["rcode"])
    assert seen == ["NXDOMAIN", "REFUSED", "NOERROR"]


def test_values_of_every_type_are_served(clouds: Clouds) -> None:
    values = {
        "A": "192.0.2.1",
        "AAAA": "2001:db8::1",
        "CAA": '0 issue "letsencrypt.org"',
        "DS": f"60485 13 2 {'ab' * 32}",
        "HINFO": '"PC" "Linux"',
        "HTTPS": '1 . alpn="h2"',
        "MX": "10 mail.example.",
        "NS": "ns1.example.",
        "PTR": "host.example.",
        "RP": "noc.example. txt.example.",
        "SRV": "0 5 5269 xmpp.example.",
        "SVCB": "1 svc.example.",
        "TLSA": f"3 1 1 {'ab' * 32}",
        "TXT": '"a \\"quoted\\" word; and more" "second"',
        "CNAME": "other.example.",
    }
    clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    for record_type, value in values.items():
        body = {
            "name": f"_{record_type.lower()}",
            "type": record_type,
            "ttl": 60,
            "records": [{"value": value}],
        }
        clouds.hetzner("POST", "/zones/mesh.example/rrsets", body)
    relative = {"name": "relative", "type": "CNAME", "ttl": 60, "records": [{"value": "www"}]}
    clouds.hetzner("POST", "/zones/mesh.example/rrsets", relative)

    def seen(name: str, record_type: str) -> list[str]:
        answer = clouds.visitor.looks_up(f"{name}.mesh.example", record_type, HETZNER[0])
        section = "authority" if record_type == "NS" else "answer"
        return [line.split(" ", 4)[4] for line in answer[section]]

    assert {kind: seen(f"_{kind.lower()}", kind) for kind in values} == {
        kind: [value] for kind, value in values.items()
    }
    assert seen("relative", "CNAME") == ["www.mesh.example."]


def test_texts_of_every_kind_are_served_by_cloudflare(clouds: Clouds) -> None:
    texts = {
        "plain": ('v=spf1 include:"x" -all', '"v=spf1 include:\\"x\\" -all"'),
        "long": ("k" * 300, f'"{"k" * 255}" "{"k" * 45}"'),
        "quoted": ('"a" "b"', '"a" "b"'),
        "umlaut": ("ü", '"\\195\\188"'),
    }
    for name, (content, _) in texts.items():
        clouds.cloudflare("POST", RECORDS, {"name": name, "type": "TXT", "content": content, "ttl": 60})
    for name, (_, value) in texts.items():
        answer = clouds.visitor.looks_up(f"{name}.musterstadt.example", "TXT", CLOUDFLARE[0])["answer"]
        assert answer == [f"{name}.musterstadt.example. 60 IN TXT {value}"]


@pytest.mark.parametrize("seconds", [0, 0.05])
def test_a_burst_of_a_hundred_rrsets_is_quick(world: World, seconds: float) -> None:
    """About 1 s on an idle machine of two cores; the bound leaves room for a busy one."""
    clouds = world.serve(hetzner={"action_seconds": seconds})
    clouds.finished(clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"}))
    bodies = [
        {"name": f"n{number}", "type": "A", "records": [{"value": f"192.0.2.{number}"}]}
        for number in range(100)
    ]
    outcome = clouds.visitor.asks(
        ask="burst",
        url=clouds.ready["hetzner"],
        token="h" * 64,
        path="/zones/mesh.example/rrsets",
        bodies=bodies,
        clients=8,
    )
    print(f"100 rrsets, 8 clients, actions of {seconds} s: {outcome['seconds']:.2f} s")
    assert (outcome["calls"], outcome["statuses"], outcome["seconds"] < 8) == (100, [201], True)
    seen = [clouds.visitor.looks_up(f"n{n}.mesh.example", "A", HETZNER[0])["answer"] for n in range(100)]
    assert seen == [[f"n{n}.mesh.example. 3600 IN A 192.0.2.{n}"] for n in range(100)]


def test_a_large_zone_file_is_served_as_a_whole(clouds: Clouds) -> None:
    clouds.hetzner("POST", "/zones", {"name": "mesh.example", "mode": "primary"})
    text = clouds.hetzner("GET", "/zones/mesh.example/zonefile")["zonefile"]
    text += "".join(f"n{number}\tIN\tA\t198.51.{number // 250}.{number % 250}\n" for number in range(3000))
    clouds.hetzner("POST", "/zones/mesh.example/actions/import_zonefile", {"zonefile": text})
    assert clouds.hetzner("GET", "/zones/mesh.example")["zone"]["record_count"] == 3003
    answer = clouds.visitor.looks_up("n2999.mesh.example", "A", HETZNER[0])["answer"]
    assert answer == ["n2999.mesh.example. 3600 IN A 198.51.11.249"]
