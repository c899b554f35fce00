"""The official Python client against the Hetzner stand-in: an independent look at shapes and call order."""

from __future__ import annotations

from typing import Any

import hcloud
import pytest
from hcloud.actions import ActionFailedException
from hcloud.firewalls import FirewallResource, FirewallRule
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.networks import NetworkSubnet
from hcloud.server_types import ServerType
from hcloud.servers import ServerCreatePublicNetwork
from hcloud.zones import ZoneRecord

from tests.lab.clouds.bench import HETZNER_TOKEN, Bench

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIYfDdTYlQJkTW2pvX8K1uCV8dJxkuRL0fIQoGoXHfmz"


@pytest.fixture
def client(bench: Bench) -> hcloud.Client:
    return hcloud.Client(token=HETZNER_TOKEN, api_endpoint=bench.url("hetzner"), poll_interval=0.01)


def test_the_official_client_makes_reads_and_deletes_everything(client: hcloud.Client) -> None:
    key = client.ssh_keys.create(name="admin", public_key=PUBLIC_KEY)
    group = client.placement_groups.create(name="spread", type="spread").placement_group
    network = client.networks.create(name="backbone", ip_range="10.0.0.0/16")
    subnet = NetworkSubnet(ip_range="10.0.1.0/24", type="cloud", network_zone="eu-central")
    network.add_subnet(subnet).wait_until_finished()
    ip = client.primary_ips.create(type="ipv4", name="supernode1", location=Location(name="fsn1")).primary_ip
    rule = FirewallRule(direction="in", protocol="tcp", port="22", source_ips=["0.0.0.0/0"])
    firewall = client.firewalls.create(name="edge", rules=[rule]).firewall
    order = client.servers.create(
        name="supernode1",
        server_type=ServerType(name="ccx13"),
        image=Image(name="debian-12"),
        location=Location(name="fsn1"),
        ssh_keys=[key],
        placement_group=group,
        networks=[network],
        public_net=ServerCreatePublicNetwork(ipv4=ip, enable_ipv6=False),
        user_data="#cloud-config",
    )
    for action in (order.action, *order.next_actions):
        action.wait_until_finished()
    server = order.server
    for action in firewall.apply_to_resources([FirewallResource(type="server", server=server)]):
        action.wait_until_finished()
    volume = client.volumes.create(size=10, name="data", server=server).volume
    server.change_dns_ptr(ip="192.0.2.1", dns_ptr="gate.mesh.example").wait_until_finished()
    server.reload()
    net = server.public_net
    assert net is not None
    assert net.ipv4 is not None
    assert server.location is not None
    assert server.server_type is not None
    assert (
        server.status,
        net.ipv4.ip,
        net.ipv4.dns_ptr,
        [item.firewall.id for item in net.firewalls or []],
        [(item.network.id, item.ip) for item in server.private_net or []],
        [item.id for item in server.volumes or []],
        server.location.network_zone,
        server.server_type.cores,
    ) == (
        *("running", "192.0.2.1", "gate.mesh.example", [firewall.id], [(network.id, "10.0.1.1")]),
        *([volume.id], "eu-central", 2),
    )
    assert [thing.name for thing in client.servers.get_all(label_selector="!env")] == ["supernode1"]
    volume.detach().wait_until_finished()
    server.delete().wait_until_finished()
    for thing in (volume, ip, firewall, network, group, key):
        thing.delete()
    left = [getattr(client, kind).get_all() for kind in ("servers", "volumes", "primary_ips", "networks")]
    assert left == [[], [], [], []]


def test_the_official_client_and_dns(client: hcloud.Client) -> None:
    made = client.zones.create(name="mesh.example", mode="primary")
    made.action.wait_until_finished()
    zone = client.zones.get("mesh.example")
    zone.create_rrset(name="www", type="A", records=[ZoneRecord("192.0.2.1")]).action.wait_until_finished()
    rrset = zone.get_rrset("www", "A")
    zone.add_rrset_records(rrset, [ZoneRecord("192.0.2.2", "second")]).wait_until_finished()
    zone.change_rrset_ttl(rrset, 60).wait_until_finished()
    seen = [
        (item.id, item.ttl, [record.value for record in item.records or []]) for item in zone.get_rrset_all()
    ]
    assert seen == [
        (
            "@/SOA",
            None,
            ["hydrogen.ns.hetzner.example. dns.hetzner.example. 2026030103 86400 10800 3600000 3600"],
        ),
        ("@/NS", None, ["hydrogen.ns.hetzner.example.", "oxygen.ns.hetzner.example."]),
        ("www/A", 60, ["192.0.2.1", "192.0.2.2"]),
    ]
    assert zone.import_zonefile(zone.export_zonefile().zonefile).status == "success"
    zone.delete_rrset(rrset).action.wait_until_finished()
    zone.delete().action.wait_until_finished()
    assert client.zones.get_all() == []


def test_a_failing_action_leaves_its_object_behind(bench: Bench, client: hcloud.Client) -> None:
    zone = client.zones.create(name="mesh.example", mode="primary").zone
    fault = {"api": "hetzner", "method": "POST", "path": "/zones/*/rrsets", "kind": "failing_action"}
    bench.management("POST", "/faults", fault)

    def create() -> Any:
        return zone.create_rrset(name="www", type="A", records=[ZoneRecord("192.0.2.1")]).action

    action = create()
    with pytest.raises(ActionFailedException):
        action.wait_until_finished()
    assert action.error == {"code": "action_failed", "message": "Action failed"}
    with pytest.raises(hcloud.APIException, match="rrset name is already used"):
        create()


def test_a_failing_action_changes_nothing_else(bench: Bench) -> None:
    bench.made("/zones", {"name": "mesh.example", "mode": "primary"}, "zone")
    bench.management("POST", "/faults", {"api": "hetzner", "kind": "failing_action"})
    action = bench.made("/zones/mesh.example/actions/change_ttl", {"ttl": 60}, "action")
    zone = bench.hetzner("GET", "/zones/mesh.example")[1]["zone"]
    assert (action["status"], zone["ttl"]) == ("error", 3600)
