"""What the providers' APIs say of a fallback zone, asked from the clouds' APIs."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSecondarySide, HetznerSide
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.readiness import accounts
from ffinfra.dns.readiness.accounts import ask_account, in_full
from ffinfra.dns.readiness.facts import AccountFacts, NotAsked, Unknown
from ffinfra.dns.readiness.provider_api import Api
from ffinfra.dns.records import RRsetKey
from tests.dns.delegation.samples import SERVERS
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench

ZONE = "mesh.net.example"
TEXT = f"@ 600 SOA ns1 noc 1 14400 3600 1209600 600\n@ 600 NS ns1.{ZONE}.\nwww 600 A 192.0.2.7\n"
CLOUDFLARE = {"backend": "cloudflare", "zone_id": PARENT_ID, "nameservers": SERVERS["fallback"]}


def asked(bench: Bench, *, fallback: Any = None, **environment: str) -> AccountFacts | Unknown | NotAsked:
    delegations = Delegations.model_validate(
        {
            "parent": {"zone": "net.example", "backend": "manual"},
            "nameservers": SERVERS,
            "fallback_backend": "hetzner",
            "zones": [{"zone": ZONE} | ({"fallback": fallback} if fallback else {})],
        }
    )
    read = read_zone_text(TEXT, f"{ZONE}.")
    declared = DeclaredZone(delegations.zones[0], read.zone, read)
    known = {
        "HCLOUD_ENDPOINT": bench.url("hetzner"),
        "HCLOUD_TOKEN": HETZNER_TOKEN,
        "CLOUDFLARE_BASE_URL": bench.url("cloudflare"),
        "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
    }
    side = delegations.fallback_of(delegations.zones[0])
    assert isinstance(side, HetznerSide | HetznerSecondarySide | CloudflareSide)
    return asyncio.run(ask_account(side, declared, known | environment))


def held(bench: Bench, names: int) -> None:
    """The zone at Hetzner with what is declared, and some that is not."""
    bench.made("/zones", {"name": ZONE, "mode": "primary"}, "zone")
    for name in ["www", *(f"old{number}" for number in range(names))]:
        body = {"name": name, "type": "A", "ttl": 300, "records": [{"value": "192.0.2.7"}]}
        bench.made(f"/zones/{ZONE}/rrsets", body, "rrset")


def test_a_zone_at_hetzner_as_declared(bench: Bench) -> None:
    held(bench, 0)
    assert asked(bench) == AccountFacts("the zone is ok", in_order=True, undeclared=())


def test_what_nobody_declared_is_found_on_every_page(bench: Bench) -> None:
    held(bench, 55)
    found = asked(bench)
    assert isinstance(found, AccountFacts)
    assert sorted(found.undeclared) == sorted(RRsetKey(f"old{number}.{ZONE}.", "A") for number in range(55))


def test_a_zone_at_cloudflare(bench: Bench) -> None:
    body = {"name": "old.musterstadt.example", "type": "A", "content": "192.0.2.7", "ttl": 300}
    assert bench.cloudflare("POST", f"/zones/{PARENT_ID}/dns_records", body)[0] == 200
    assert asked(bench, fallback=CLOUDFLARE) == AccountFacts(
        "the zone is active", in_order=True, undeclared=(RRsetKey("old.musterstadt.example.", "A"),)
    )


def test_a_secondary_at_hetzner_is_not_asked_for_rrsets(bench: Bench) -> None:
    """Its API refuses to list them, as they are not written there."""
    primary = {"address": "192.0.2.53", "port": 53}
    bench.made("/zones", {"name": ZONE, "mode": "secondary", "primary_nameservers": [primary]}, "zone")
    assert bench.hetzner("GET", f"/zones/{ZONE}/rrsets", None)[0] == 422
    found = asked(bench, fallback={"backend": "hetzner-secondary", "key": "provider"})
    assert isinstance(found, AccountFacts)
    assert (found.state, found.undeclared) == ("the zone is updating", ())


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_counts_against_it(bench: Bench, status: int) -> None:
    held(bench, 0)
    fault = {"api": "hetzner", "times": 1, "answer": {"status": status, "body": {}}}
    bench.management("POST", "/faults", fault)
    assert asked(bench) == AccountFacts(
        f"the API answers {status} for the zone", in_order=False, undeclared=()
    )


def test_a_fault_for_a_moment_is_asked_again(bench: Bench) -> None:
    held(bench, 0)
    fault = {"api": "hetzner", "times": 2, "answer": {"status": 502, "body": {}}}
    bench.management("POST", "/faults", fault)
    assert asked(bench) == AccountFacts("the zone is ok", in_order=True, undeclared=())


@pytest.mark.parametrize(
    "body", [{}, {"zone": None}, {"zone": {"name": ZONE}}, [], {"zone": {"status": "ok"}}]
)
def test_an_answer_of_another_form_is_told_as_such(bench: Bench, body: object) -> None:
    held(bench, 0)
    bench.management(
        "POST", "/faults", {"api": "hetzner", "times": 9, "answer": {"status": 200, "body": body}}
    )
    found = asked(bench)
    assert isinstance(found, Unknown)
    assert found.reason.startswith("the API answers in a form that is not understood (")


def test_a_fault_that_stays_is_unknown(bench: Bench) -> None:
    held(bench, 0)
    bench.management("POST", "/faults", {"api": "hetzner", "times": 9, "answer": {"status": 503, "body": {}}})
    assert asked(bench) == Unknown("the API answers 503")


def test_what_cannot_be_asked_is_unknown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(bench, HCLOUD_TOKEN="") == NotAsked("HCLOUD_TOKEN is not set")
    monkeypatch.setattr(accounts, "BOUND_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        found = asked(bench, HCLOUD_ENDPOINT=there)
    assert isinstance(found, Unknown)
    assert found.reason.startswith("the API does not answer within 0 s (")


def test_a_listing_that_is_not_through_in_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state counts, and so does what was seen on the pages that came in time."""
    held(bench, 55)
    get = Api.get

    async def slow(api: Api, client: httpx.AsyncClient, path: str) -> Any:
        if path.endswith("page=2"):
            await asyncio.Event().wait()
        return await get(api, client, path)

    monkeypatch.setattr(Api, "get", slow)
    monkeypatch.setattr(accounts, "LISTING_SECONDS", 2.0)
    found = asked(bench)
    assert isinstance(found, AccountFacts)
    assert (found.state, found.in_order, found.unlisted) == (
        "the zone is ok", True, "not all looked at within 2 s",
    )  # fmt: skip
    assert 0 < len(found.undeclared) < 55


def test_who_needs_the_account_takes_no_half_of_it() -> None:
    well = AccountFacts("the zone is ok", in_order=True, undeclared=())
    assert in_full(well) == well
    assert in_full(NotAsked("HCLOUD_TOKEN is not set")) == Unknown("HCLOUD_TOKEN is not set")
    assert in_full(replace(well, unlisted="not all looked at within 60 s")) == Unknown(
        "the zone is ok; its records were not all looked at within 60 s"
    )
