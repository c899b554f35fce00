"""What the providers' APIs hold, listed through their own clients, without a single write."""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.adoption.at_cloudflare import understood
from ffinfra.adoption.found import Holder
from ffinfra.adoption.listing import OwnPrimary, list_living
from ffinfra.dns.wire.server import Key, Server
from ffinfra.problems import OperationalError
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, running_knot
from tests.lab.clouds.bench import CLOUDFLARE_TOKEN, HETZNER_TOKEN, PARENT_ID, Bench

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGT1K24SuZWbQ8Ml4/ADr3vCbdmtebSdKWT80xDuRZs9 alex"


def environment(bench: Bench) -> dict[str, str]:
    return {
        "HCLOUD_ENDPOINT": bench.url("hetzner"),
        "HCLOUD_TOKEN": HETZNER_TOKEN,
        "CLOUDFLARE_BASE_URL": bench.url("cloudflare"),
        "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
    }


def rrset(name: str, kind: str, ttl: int | None, value: str) -> dict[str, object]:
    own = {} if ttl is None else {"ttl": ttl}
    return {"name": name, "type": kind, "records": [{"value": value}], **own}


def test_everything_is_listed_and_nothing_written(bench: Bench) -> None:
    address = bench.made("/primary_ips", {"name": "supernode1", "type": "ipv4", "location": "fsn1",
                                          "assignee_type": "server", "auto_delete": True}, "primary_ip")  # fmt: skip
    server = bench.made(
        "/servers",
        {"name": "gate.muster", "server_type": "ccx13", "image": "debian-12", "location": "fsn1",
         "public_net": {"enable_ipv4": True, "ipv4": address["id"], "enable_ipv6": False}}, "server",
    )  # fmt: skip
    bench.made("/ssh_keys", {"name": "laptop", "public_key": KEY}, "ssh_key")
    rules = [
        {"direction": "in", "protocol": "tcp", "port": "22", "source_ips": ["192.0.2.0/29"]},
        {"direction": "in", "protocol": "tcp", "port": "22", "source_ips": ["0.0.0.0/0"]},
        {"direction": "in", "protocol": "tcp", "port": "53", "source_ips": ["198.51.100.0/24"]},
    ]
    bench.made("/firewalls", {"name": "wall", "rules": rules}, "firewall")
    rrsets = [rrset("www", "A", None, "192.0.2.1"), rrset("mail", "A", 60, "192.0.2.2")]
    bench.made("/zones", {"name": "mesh.example", "mode": "primary", "ttl": 3600, "rrsets": rrsets}, "zone")
    record = {"name": "mesh", "type": "NS", "content": "hydrogen.ns.hetzner.example", "ttl": 300}
    bench.cloudflare("POST", f"/zones/{PARENT_ID}/dns_records", record)
    before = len(bench.calls())

    living = list_living(environment(bench), None)
    (found,) = living.servers
    assert (found.id, found.name, found.type, found.location, found.image) == (
        server["id"], "gate.muster", "ccx13", "fsn1", "debian-12",
    )  # fmt: skip
    assert (str(found.ipv4), [one.id for one in found.addresses]) == ("192.0.2.1", [address["id"]])
    assert [(one.name, one.text) for one in living.keys] == [("laptop", KEY)]
    assert living.management == ("192.0.2.0/29",)
    at_hetzner, at_cloudflare = living.zones
    assert (at_hetzner.origin, at_hetzner.holder, at_hetzner.inherited_ttl) == (
        "mesh.example.", Holder.HETZNER, 3600,
    )  # fmt: skip
    assert at_hetzner.nameservers == ("hydrogen.ns.hetzner.example", "oxygen.ns.hetzner.example")
    assert "mail.mesh.example. 60 A 192.0.2.2" in map(str, at_hetzner.rrsets)
    assert (at_cloudflare.identifier, [str(one) for one in at_cloudflare.rrsets]) == (
        PARENT_ID, ["mesh.musterstadt.example. 300 NS hydrogen.ns.hetzner.example."],
    )  # fmt: skip
    assert living.skipped == ("own primary: --knot names none",)
    assert {call.split(" ")[0] for call in bench.calls()[before:]} == {"GET"}


def test_a_zone_that_hetzner_transfers(bench: Bench) -> None:
    """It is found, for the question that the declarations ask of it; its API lists no RRsets."""
    primary = {"address": "192.0.2.53", "port": 53}
    bench.made(
        "/zones", {"name": "mesh.example", "mode": "secondary", "primary_nameservers": [primary]}, "zone"
    )
    (found,) = [one for one in list_living(environment(bench), None).zones if one.holder is Holder.HETZNER]
    assert (found.origin, found.transferred, found.rrsets) == ("mesh.example.", True, ())


def test_a_ttl_that_some_rrsets_have_of_their_own_is_not_taken_for_inherited(bench: Bench) -> None:
    rrsets = [rrset("a", "A", None, "192.0.2.1"), rrset("b", "A", 3600, "192.0.2.2")]
    bench.made("/zones", {"name": "mesh.example", "mode": "primary", "ttl": 3600, "rrsets": rrsets}, "zone")
    assert list_living(environment(bench), None).zones[0].inherited_ttl is None


def test_a_proxied_record_and_one_that_is_not_understood_are_told_and_left() -> None:
    name = "www.muster.example"
    records = [
        {"name": name, "type": "A", "content": "192.0.2.1", "ttl": 1, "proxied": True},
        {"name": name, "type": "AAAA", "content": "nonsense", "ttl": 60},
        {"name": name, "type": "TXT", "content": '"x"', "ttl": 60},
    ]
    rrsets, odd = understood(records)
    assert [str(one) for one in rrsets] == [f'{name}. 60 TXT "x"']
    assert odd[0] == f"{name} A is proxied: what is answered is Cloudflare's"
    assert odd[1].startswith(f"{name} AAAA is not understood: ")


def test_what_has_no_token_is_skipped_and_what_refuses_is_told(bench: Bench) -> None:
    assert list_living({}, None).skipped == (
        "Hetzner: HCLOUD_TOKEN is not set",
        "Cloudflare: CLOUDFLARE_API_TOKEN is not set",
        "own primary: --knot names none",
    )
    wrong = {**environment(bench), "HCLOUD_TOKEN": "x" * 64}
    with pytest.raises(OperationalError, match="Hetzner does not list what it holds"):
        list_living(wrong, None)


@pytest.mark.full
@pytest.mark.parametrize("signed", [False, True])
def test_our_own_primary_is_asked_for_zones_and_keys(tmp_path: Path, *, signed: bool) -> None:
    text = "@ 600 SOA ns1 hostmaster 1 4h 1h 2w 1h\n@ 600 NS ns1\nns1 600 A 192.0.2.1\n"
    key = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)
    with running_knot(tmp_path, {"mesh.example.": text}, signed=signed) as knot:
        primary = OwnPrimary(Server(knot.address, knot.port), key, ("mesh.example.",))
        (zone,) = list_living({}, primary).zones
    assert (zone.holder, zone.signed, zone.soa.minimum if zone.soa else None) == (Holder.KNOT, signed, 3600)
    assert [str(one.key) for one in zone.rrsets] == ["mesh.example. NS", "ns1.mesh.example. A"]
