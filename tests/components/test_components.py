"""What each component declares: named by role, protected where loss hurts, the same every time."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pulumi
import pytest

from components.delegation import Delegation, DelegationConfig, DelegationResult
from components.machine import MachineConfig
from components.nameserver import Nameserver
from components.supernode import Supernode
from components.vm_host import VmHost, VmHostConfig, VmHostResult
from components.zones.hetzner import HetznerZone, HetznerZoneConfig
from components.zones.own import OwnZone, OwnZoneConfig
from components.zones.zone_result import ZoneResult
from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.sides import SideBackend
from ffinfra.hosts.cloud_firewall import firewall_rules
from ffinfra.hosts.rendering import management_address, render_host
from ffinfra.hosts.transports import DirectoryTransport
from ffinfra.network.as_found import AsFound
from ffinfra.stack import Declarations, read_declarations
from tests.components.recording import Declared, declared_by
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

ROOT = Path(__file__).resolve().parents[2]
TRANSPORT = DirectoryTransport(directory="/hosts")
KNOWN_OR_NOT = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])


@pytest.fixture(scope="module")
def declarations() -> Declarations:
    return read_declarations(ROOT)


def _named(declared: list[Declared]) -> list[tuple[str, str, bool]]:
    return [(one.type, one.name, one.protected) for one in declared]


def _the(declared: list[Declared], type_: str) -> Declared:
    (only,) = (one for one in declared if one.type == type_)
    return only


def _host(name: str, *, spread: bool = True) -> VmHostResult:
    network = sample_network()
    cloud = name == "hc1"
    config = VmHostConfig(
        host=network.host(name),
        configuration=None if cloud else render_host(network, name),
        transport=TRANSPORT,
        ssh_key_ids=[pulumi.Output.from_input("7")],
        spread=spread,
    )
    return VmHost(name, config).result


def _machine(name: str, on: str, *, protect: bool, host: VmHostResult | None = None) -> MachineConfig:
    network = sample_network()
    guest = next(guest for guest in network.guests if guest.name == name)
    return MachineConfig(
        host=host or _host(on),
        ipv4=guest.ipv4,
        ipv6=guest.ipv6,
        fqdn=f"{name}.mesh.musterstadt.example",
        address=management_address(guest),
        configuration=render_host(network, name, sample_secrets(), sample_zones()),
        user_data="#cloud-config\n",
        firewall_rules=firewall_rules(network, guest),
        transport=TRANSPORT,
        protect=protect,
    )


@KNOWN_OR_NOT
def test_a_dedicated_host_is_its_configuration(preview: bool) -> None:
    declared = declared_by(lambda: _host("vm1"), preview=preview)
    assert _named(declared) == [
        ("ffinfra:network:VmHost", "vm1", False),
        ("freifunk:index:HostConfig", "vm1", False),
    ]
    configuration = _the(declared, "freifunk:index:HostConfig")
    assert configuration.parent == "ffinfra:network:VmHost vm1"
    assert configuration.inputs["transport"] == {"kind": "directory", "path": "/hosts"}


@KNOWN_OR_NOT
def test_a_slice_is_a_placement_group(preview: bool) -> None:
    assert _named(declared_by(lambda: _host("hc1"), preview=preview)) == [
        ("ffinfra:network:VmHost", "hc1", False),
        ("hcloud:index/placementGroup:PlacementGroup", "hc1", False),
    ]


@KNOWN_OR_NOT
def test_a_supernode_in_a_slice(preview: bool) -> None:
    declared = declared_by(lambda: Supernode("sn5", _machine("sn5", "hc1", protect=False)), preview=preview)
    assert _named(declared) == [
        ("ffinfra:network:Supernode", "sn5", False),
        ("ffinfra:network:VmHost", "hc1", False),
        ("freifunk:index:HostConfig", "sn5", False),
        ("hcloud:index/firewall:Firewall", "sn5", False),
        ("hcloud:index/placementGroup:PlacementGroup", "hc1", False),
        ("hcloud:index/primaryIp:PrimaryIp", "sn5-ipv4", True),
        ("hcloud:index/primaryIp:PrimaryIp", "sn5-ipv6", True),
        ("hcloud:index/rdns:Rdns", "sn5-ipv4", False),
        ("hcloud:index/rdns:Rdns", "sn5-ipv6", False),
        ("hcloud:index/server:Server", "sn5", False),
    ]
    server = _the(declared, "hcloud:index/server:Server")
    assert server.ignored == ("sshKeys", "userData", "image")
    assert (server.inputs["serverType"], server.inputs["location"]) == ("ccx13", "fsn1")
    assert _the(declared, "freifunk:index:HostConfig").needs == ("hcloud:index/server:Server sn5",)


def test_a_nameserver_that_was_taken_over_keeps_all_that_is_listed() -> None:
    left = frozenset(AsFound)

    def program() -> None:
        host = _host("hc1", spread=False)
        machine = _machine("sn5", "hc1", protect=True, host=host)
        Nameserver("sn5", replace(machine, configuration=None, as_found=left))

    declared = declared_by(program)
    assert _named(declared) == [
        ("ffinfra:network:Nameserver", "sn5", False),
        ("ffinfra:network:VmHost", "hc1", False),
        ("hcloud:index/primaryIp:PrimaryIp", "sn5-ipv4", True),
        ("hcloud:index/primaryIp:PrimaryIp", "sn5-ipv6", True),
        ("hcloud:index/server:Server", "sn5", True),
    ]
    server = _the(declared, "hcloud:index/server:Server")
    assert server.ignored == (
        *("sshKeys", "userData", "image", "publicNets", "firewallIds"),
        *("name", "labels", "deleteProtection", "rebuildProtection", "backups", "networks"),
        "placementGroupId",
    )
    assert not {"firewallIds", "placementGroupId"} & server.inputs.keys()
    address = next(one for one in declared if one.name == "sn5-ipv4")
    assert address.ignored == ("name", "labels", "autoDelete", "deleteProtection")


def test_a_supernode_on_a_dedicated_host_does_not_hang_on_its_host() -> None:
    declared = declared_by(lambda: Supernode("sn1", _machine("sn1", "vm1", protect=False)))
    assert _named(declared) == [
        ("ffinfra:network:Supernode", "sn1", False),
        ("ffinfra:network:VmHost", "vm1", False),
        ("freifunk:index:HostConfig", "sn1", False),
        ("freifunk:index:HostConfig", "vm1", False),
    ]
    (guest,) = (one for one in declared if (one.type, one.name) == ("freifunk:index:HostConfig", "sn1"))
    assert guest.needs == ()


def test_another_address_than_the_declared_one_stops_the_program() -> None:
    def program() -> None:
        config = _machine("sn6", "hc1", protect=False)
        Supernode("sn5", config)

    with pytest.raises(
        pulumi.RunError, match=r"sn5-ipv4: Hetzner gave 203.0.113.11, but 203.0.113.12 is declared"
    ):
        declared_by(program)


@KNOWN_OR_NOT
def test_a_nameserver_in_a_slice_is_protected(preview: bool) -> None:
    declared = declared_by(lambda: Nameserver("sn5", _machine("sn5", "hc1", protect=True)), preview=preview)
    server = _the(declared, "hcloud:index/server:Server")
    assert server.protected
    assert server.inputs["deleteProtection"] is True
    assert server.inputs["rebuildProtection"] is True
    assert [one.name for one in declared if one.protected] == ["sn5", "sn5-ipv4", "sn5-ipv6", "sn5"]


@KNOWN_OR_NOT
@pytest.mark.parametrize(("name", "host"), [("ns1", "vm1"), ("ns2", "vm2")])
def test_a_nameserver_on_a_dedicated_host_is_protected_by_its_configuration(
    name: str, host: str, preview: bool
) -> None:
    declared = declared_by(lambda: Nameserver(name, _machine(name, host, protect=True)), preview=preview)
    assert [(one.type, one.name) for one in declared if one.protected] == [
        ("freifunk:index:HostConfig", name)
    ]


@KNOWN_OR_NOT
def test_a_zone_of_our_own_is_protected_and_its_key_secret(preview: bool, declarations: Declarations) -> None:
    config = OwnZoneConfig(
        zone=declarations.zones[0].zone, primary=IPv4Address("192.0.2.53"), update_key="aHVzaA==", after=()
    )
    name = declarations.zones[0].declaration.zone
    declared = declared_by(lambda: OwnZone(name, config), preview=preview)
    assert _named(declared) == [
        ("ffinfra:dns:OwnZone", name, False),
        ("freifunk:index:ZoneContent", name, True),
    ]
    content = _the(declared, "freifunk:index:ZoneContent").inputs
    assert content["zone"] == f"{name}."
    assert content["server"] == {"address": "192.0.2.53", "port": 53}
    assert pulumi.runtime.rpc.is_rpc_secret(content["tsig"])
    assert "aHVzaA==" not in repr(config)


@KNOWN_OR_NOT
def test_a_zone_at_the_fallback_is_protected_and_its_rrsets_are_named(
    preview: bool, declarations: Declarations
) -> None:
    zone = declarations.zones[0]
    name = zone.declaration.zone
    declared = declared_by(lambda: HetznerZone(name, HetznerZoneConfig(zone=zone.zone)), preview=preview)
    hetzner = _the(declared, "hcloud:index/zone:Zone")
    assert (hetzner.name, hetzner.protected, hetzner.inputs["deleteProtection"]) == (name, True, True)
    rrsets = [one for one in declared if one.type == "hcloud:index/zoneRrset:ZoneRrset"]
    assert rrsets
    for rrset in rrsets:
        assert rrset.name == f"{name} {rrset.inputs['name']} {rrset.inputs['type']}"
        assert rrset.inputs["zone"] == name
        assert rrset.delete_before_replace


@KNOWN_OR_NOT
@pytest.mark.parametrize("mode", list(Mode))
def test_a_delegation_names_the_nameservers_of_its_mode(
    preview: bool, mode: Mode, declarations: Declarations
) -> None:
    zone = declarations.delegations.zones[0]
    config = DelegationConfig(delegations=declarations.delegations, zone=zone, mode=mode)
    declared = declared_by(lambda: Delegation(zone.zone, config), preview=preview)
    named = {one.inputs["content"].rstrip(".") for one in declared if one.inputs.get("type") == "NS"}
    servers = declarations.delegations.nameservers
    own, fallback = ({server.name for server in group} for group in (servers.own, servers.fallback))
    assert named & (own | fallback) == named
    match mode:
        case Mode.PRIMARY:
            assert named == own
        case Mode.FALLBACK:
            assert named == fallback
        case _:
            assert named == own | fallback
    for one in declared:
        if one.inputs.get("type") == "NS":
            assert one.name == f"{zone.zone} NS {one.inputs['content']}"


def test_zones_and_delegations_hand_on_what_they_declared(declarations: Declarations) -> None:
    """As many resources as the engine was asked for, besides the component itself."""
    found: list[ZoneResult | DelegationResult] = []
    zone, delegated = declarations.zones[0].zone, declarations.delegations.zones[0]

    def program() -> None:
        own = OwnZoneConfig(zone=zone, primary=IPv4Address("192.0.2.53"), update_key="aHVzaA==", after=())
        found.append(OwnZone("own.example", own).result)
        found.append(HetznerZone("hetzner.example", HetznerZoneConfig(zone=zone)).result)
        delegations = declarations.delegations
        config = DelegationConfig(delegations=delegations, zone=delegated, mode=Mode.PRIMARY)
        found.append(Delegation("child.example", config).result)

    declared = declared_by(program)
    custom = [one for one in declared if not one.type.startswith("ffinfra:")]
    assert sum(len(one.resources) for one in found) == len(custom)
    own, hetzner, delegation = found
    assert isinstance(own, ZoneResult)
    assert isinstance(hetzner, ZoneResult)
    assert isinstance(delegation, DelegationResult)
    assert (own.zone, own.held_by) == ("own.example", SideBackend.OWN)
    assert (hetzner.zone, hetzner.held_by) == ("hetzner.example", SideBackend.HETZNER)
    assert (delegation.zone, delegation.signed) == (delegated.zone, False)
    assert delegation.nameservers == tuple(f"ns{number}.mesh.musterstadt.example." for number in (1, 2, 3))


def test_names_do_not_depend_on_the_run(declarations: Declarations) -> None:
    def program() -> None:
        Supernode("sn5", _machine("sn5", "hc1", protect=False))
        for zone in declarations.zones:
            HetznerZone(zone.declaration.zone, HetznerZoneConfig(zone=zone.zone))

    assert declared_by(program) == declared_by(program)


def test_a_machine_without_ipv4_is_reached_by_ipv6() -> None:
    config = OwnZoneConfig(
        zone=read_declarations(ROOT).zones[0].zone,
        primary=IPv6Address("2001:db8::53"),
        update_key="x",
        after=(),
    )
    declared = declared_by(lambda: OwnZone("z", config))
    assert _the(declared, "freifunk:index:ZoneContent").inputs["server"]["address"] == "2001:db8::53"
