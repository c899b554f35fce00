"""A program with every resource type of hcloud that the stand-in knows."""

from __future__ import annotations

from typing import Final

PROGRAM: Final = """
import pulumi
import pulumi_hcloud as hcloud

def number(resource):
    return resource.id.apply(int)

PUBLIC = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
key = hcloud.SshKey("admin", name="admin", public_key=f"ssh-ed25519 {PUBLIC} a@example.org")
apart = hcloud.PlacementGroup("apart", name="apart", type="spread")
net = hcloud.Network("net", name="net", ip_range="10.0.0.0/16", labels={"a": "b"})
subnet = hcloud.NetworkSubnet("subnet", network_id=number(net), type="cloud", network_zone="eu-central",
    ip_range="10.0.1.0/24")
address = hcloud.PrimaryIp("address", name="address", type="ipv4", location="fsn1")
firewall = hcloud.Firewall("firewall", name="firewall", rules=[
    {"direction": "in", "protocol": "tcp", "port": "22", "source_ips": ["192.0.2.1", "2001:DB8::/32"]},
])
server = hcloud.Server("server", name="server", server_type="ccx13", image="debian-12", location="fsn1",
    ssh_keys=[key.id], user_data="#cloud-config\\n", placement_group_id=number(apart), backups=True,
    labels={"a": "b"},
    public_nets=[{"ipv4": number(address)}],
    networks=[{"network_id": number(net), "ip": "10.0.1.2"}],
    opts=pulumi.ResourceOptions(depends_on=[subnet]))
hcloud.FirewallAttachment("attachment", firewall_id=number(firewall), server_ids=[number(server)])
hcloud.Rdns("ptr", primary_ip_id=number(address), ip_address=address.ip_address, dns_ptr="ns1.example.org")
hcloud.Rdns("ptr6", server_id=number(server), ip_address=server.ipv6_address, dns_ptr="ns1.example.org")
zone = hcloud.Zone("zone", name="example.org", mode="primary", ttl=600)
hcloud.ZoneRrset("rrset", zone=zone.name, name="@", type="A", ttl=60, records=[
    {"value": "192.0.2.1"}, {"value": "192.0.2.2", "comment": "two"},
])
hcloud.ZoneRrset("wildcard", zone=zone.name, name="*.w", type="TXT", records=[{"value": '"v=spf1 -all"'}])
hcloud.Volume("volume", name="volume", size=10, server_id=number(server), format="ext4")
hcloud.Zone("secondary", name="example.net", mode="secondary", primary_nameservers=[
    {"address": "192.0.2.53", "tsig_algorithm": "hmac-sha256", "tsig_key": pulumi.Output.secret("c2VjcmV0")},
])
pulumi.export("ipv4", server.ipv4_address)
"""

NAMES: Final = (
    *("address", "admin", "apart", "attachment", "firewall", "net", "ptr", "ptr6", "rrset"),
    *("secondary", "server", "subnet", "volume", "wildcard", "zone"),
)
