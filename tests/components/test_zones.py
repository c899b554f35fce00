"""A zone at each of its holders, and what a holder cannot carry."""

from __future__ import annotations

from ipaddress import IPv4Address

import pulumi
import pytest

from components.zones import friend
from components.zones.cloudflare import CloudflareZone, CloudflareZoneConfig
from components.zones.hetzner import HetznerZone, HetznerZoneConfig
from components.zones.hetzner_secondary import HetznerSecondaryZone, HetznerSecondaryZoneConfig
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import Zone
from tests.components.recording import Declared, declared_by

ID = "0123456789abcdef0123456789abcdef"
HEAD = "$ORIGIN mesh.example.\n$TTL 600\n@ SOA ns1 h 1 4h 1h 2w 1h\n@ NS ns1\n@ NS ns.other.example.\n"


def zone(text: str) -> Zone:
    return read_zone_text(HEAD + text).zone


def _cloudflare(text: str) -> list[Declared]:
    config = CloudflareZoneConfig(zone=zone(text), zone_id=ID)
    return declared_by(lambda: CloudflareZone("mesh.example", config))


def test_every_record_at_cloudflare_is_one_and_none_is_proxied() -> None:
    declared = _cloudflare(
        "@ MX 10 mail\nmail A 192.0.2.1\nmail A 192.0.2.2\nwww CNAME mail\n_x._tcp SRV 1 2 3 mail\n"
    )
    records = [one for one in declared if one.type != "ffinfra:dns:CloudflareZone"]
    common = {"zoneId": ID, "ttl": 600, "proxied": False}
    srv = {"priority": 1, "weight": 2, "port": 3, "target": "mail.mesh.example"}
    assert {one.name: one.inputs for one in records} == {
        "mesh.example @ MX 10 mail.mesh.example.": {
            **common, "name": "mesh.example", "type": "MX", "priority": 10, "content": "mail.mesh.example",
        },
        "mesh.example mail A 192.0.2.1": {
            **common, "name": "mail.mesh.example", "type": "A", "content": "192.0.2.1",
        },
        "mesh.example mail A 192.0.2.2": {
            **common, "name": "mail.mesh.example", "type": "A", "content": "192.0.2.2",
        },
        "mesh.example www CNAME": {
            **common, "name": "www.mesh.example", "type": "CNAME", "content": "mail.mesh.example",
        },
        "mesh.example _x._tcp SRV 1 2 3 mail.mesh.example.": {
            **common, "name": "_x._tcp.mesh.example", "type": "SRV", "priority": 1, "data": srv,
        },
    }  # fmt: skip


def test_cloudflares_free_plan_carries_200_records() -> None:
    hosts = "".join(f"h{number} A 192.0.2.1\n" for number in range(201))
    with pytest.raises(pulumi.RunError) as refused:
        _cloudflare(hosts)
    assert str(refused.value) == (
        "mesh.example. cannot be held by Cloudflare:\n"
        "  the zone has 201 records, Cloudflare carries 200. "
        "Move names into a zone of their own, or use another backend."
    )
    assert len(_cloudflare("".join(hosts.splitlines(keepends=True)[:200]))) == 201


def test_a_zone_that_hetzner_had_before_us_keeps_its_settings_and_inherited_ttls() -> None:
    config = HetznerZoneConfig(zone=zone("www A 192.0.2.1\n"), inherited_ttl=600, as_found=True)
    declared = {one.type: one for one in declared_by(lambda: HetznerZone("mesh.example", config))}
    held = declared["hcloud:index/zone:Zone"]
    assert (held.ignored, held.inputs["ttl"]) == (("ttl", "labels", "deleteProtection"), 600)
    assert "ttl" not in declared["hcloud:index/zoneRrset:ZoneRrset"].inputs


def test_a_type_that_hetzner_does_not_have_is_refused_by_name() -> None:
    config = HetznerZoneConfig(zone=zone("a SSHFP 1 1 " + "ab" * 20 + "\nb NAPTR 1 1 u x y .\n"))
    with pytest.raises(pulumi.RunError) as refused:
        declared_by(lambda: HetznerZone("mesh.example", config))
    assert str(refused.value) == (
        "mesh.example. cannot be held by Hetzner DNS:\n"
        "  a.mesh.example. SSHFP: Hetzner DNS has no type SSHFP. "
        "Remove the record, or keep the zone on another backend.\n"
        "  b.mesh.example. NAPTR: Hetzner DNS has no type NAPTR. "
        "Remove the record, or keep the zone on another backend."
    )


@pytest.mark.parametrize("preview", [False, True])
def test_a_secondary_at_hetzner_transfers_from_a_hidden_primary(preview: bool) -> None:
    config = HetznerSecondaryZoneConfig(
        zone=zone("a SSHFP 1 1 " + "ab" * 20 + "\n"),
        primaries=[IPv4Address("192.0.2.53")],
        port=5353,
        secret="aHVzaA==",
    )
    declared = declared_by(lambda: HetznerSecondaryZone("mesh.example", config), preview=preview)
    (made,) = (one for one in declared if one.type == "hcloud:index/zone:Zone")
    primaries = made.inputs["primaryNameservers"]
    assert pulumi.runtime.rpc.is_rpc_secret(primaries)
    assert pulumi.runtime.rpc.unwrap_rpc_secret(primaries) == [
        {"address": "192.0.2.53", "port": 5353, "tsigAlgorithm": "hmac-sha256", "tsigKey": "aHVzaA=="}
    ]
    assert (made.inputs["mode"], made.inputs["deleteProtection"], made.protected) == ("secondary", True, True)
    assert len(declared) == 2
    assert "aHVzaA==" not in repr(config)


def test_nothing_is_written_to_a_friend_but_a_set_too_large_for_an_answer_is_refused() -> None:
    friend.check(zone("a NAPTR 1 1 u x y .\n"))
    text = " ".join(f'"{"x" * 250}"' for _ in range(200))
    with pytest.raises(pulumi.RunError, match=r"cannot be held by a secondary:\n  big.mesh.example. TXT: "):
        friend.check(zone(f'big TXT {text}\nbig TXT {text[:-300]}"\n'))
