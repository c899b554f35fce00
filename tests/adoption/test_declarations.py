"""What the facts say goes into the declarations; what they do not say becomes a question, never a guess."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from ffinfra.adoption.delegations_file import Found, delegations_text, zone_of
from ffinfra.adoption.found import FoundKey, Living
from ffinfra.adoption.layout import Resolved, layout_of, nameserver_names
from ffinfra.adoption.machine_entries import Told
from ffinfra.adoption.network_file import with_network
from ffinfra.adoption.open_yaml import open_questions
from ffinfra.adoption.writing import Written, is_declared, open_in, write, write_answered
from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.dns.master_file import read_zone
from ffinfra.dns.records import make_rrset
from ffinfra.problems import OperationalError
from tests.adoption.samples import (
    ADA,
    HETZNER,
    PARENT_ID,
    cloudflare_zone,
    hetzner_zone,
    knot_zone,
    server,
)

PARENT, MESH, FF = "muster.example.", "mesh.muster.example.", "ff.muster.example."
RESOLVED: Resolved = {
    **{name: (ip_address(f"203.0.113.{at}"),) for at, name in enumerate(HETZNER, start=1)},
    **{name: (ip_address(f"203.0.113.{at}"),) for at, name in enumerate(ADA, start=11)},
    "ns1.mesh.muster.example": (ip_address("198.51.100.1"),),
}
APEX = "@ NS ns1.mesh.muster.example., ns2.mesh.muster.example."
OWN = knot_zone(MESH, APEX, "ns1 A 192.0.2.53", "ns2 A 192.0.2.54", "ns2 AAAA 2001:db8:2::53")
COPY = hetzner_zone(MESH, "www A 192.0.2.80", inherited_ttl=3600)
DELEGATING = cloudflare_zone(PARENT, f"mesh {APEX[2:]}", odd=["www.muster.example A is proxied"])
LIVING = Living(zones=(DELEGATING, OWN, COPY, hetzner_zone("other.example.", "@ A 192.0.2.1")))

ANSWERED = f"""\
parent: {{{{zone: muster.example, backend: cloudflare, zone_id: {PARENT_ID}, ttl: 300}}}}
nameservers:
  own:
    - {{{{name: ns1.mesh.muster.example, ipv4: 192.0.2.53}}}}
    - {{{{name: ns2.mesh.muster.example, ipv4: 192.0.2.54}}}}
  fallback:
    - {{{{name: {HETZNER[0]}, ipv4: 203.0.113.1}}}}
    - {{{{name: {HETZNER[1]}, ipv4: 203.0.113.2}}}}
fallback_backend: hetzner
zones:
  - zone: mesh.muster.example
    primary: {{primary}}
    fallback: {{fallback}}
"""
MADE_UP = f"ns1.{MESH} hostmaster.{MESH} 1 14400 3600 1209600 3600"


def delegations(living: Living, resolved: Resolved = RESOLVED) -> str:
    return delegations_text(Found(living, layout_of(living, resolved), resolved))


def asked(text: str) -> list[str]:
    return [f"{one.path or '-'}: {one.what}" for one in open_questions(text, "f")]


def test_what_is_known_of_delegations_is_complete(tmp_path: Path) -> None:
    text = delegations(LIVING)
    assert asked(text) == [
        "-: zone other.example. at Hetzner DNS does not lie below the parent: it stays outside"
    ]
    (tmp_path / "delegations.yaml").write_text(text)
    read = read_delegations(tmp_path / "delegations.yaml")
    assert read.parent.model_dump(mode="json") == {
        "zone": "muster.example", "ttl": 300, "backend": "cloudflare", "zone_id": PARENT_ID,
    }  # fmt: skip
    assert [(one.name, [str(a) for a in one.addresses]) for one in read.nameservers.own] == [
        ("ns1.mesh.muster.example", ["192.0.2.53"]),
        ("ns2.mesh.muster.example", ["192.0.2.54", "2001:db8:2::53"]),
    ]
    assert [one.name for one in read.nameservers.fallback] == list(HETZNER)
    assert read.zones[0].fallback is not None
    assert read.zones[0].fallback.model_dump(mode="json") == {
        "nameservers": None, "backend": "hetzner", "inherited_ttl": 3600, "as_found": True,
    }  # fmt: skip


def test_a_zone_that_providers_alone_hold_is_at_rest_where_the_parent_says(tmp_path: Path) -> None:
    at_hetzner = hetzner_zone(FF, "@ A 192.0.2.1")
    at_cloudflare = cloudflare_zone(FF, "@ A 192.0.2.1")
    parent = hetzner_zone(PARENT, f"ff NS {ADA[0]}., {ADA[1]}.")
    text = delegations(Living(zones=(parent, at_hetzner, at_cloudflare)))
    assert "backend: cloudflare" in text.partition("fallback_backend")[2].partition("fallback:")[0]
    assert asked(text) == [
        (
            "nameservers.own: our own nameservers, two or more of {name, ipv4, ipv6}; no zone on our own primary "
            "was found"
        )
    ]
    layout = layout_of(Living(zones=(parent, at_hetzner, at_cloudflare)), {})
    (zone,) = layout.zones
    assert (zone.primary, zone.fallback) == (at_cloudflare, at_hetzner)


def test_what_nothing_says_is_asked() -> None:
    alone = Living(zones=(hetzner_zone(MESH, "@ A 192.0.2.1"), cloudflare_zone(MESH, "@ A 192.0.2.1")))
    assert asked(delegations(alone, {})) == [
        "parent.zone: the zone in which ours are delegated; none was found that delegates them",
        (
            "parent.backend: how that zone is changed, one of cloudflare, hetzner, rfc2136, manual, with its "
            "settings: docs/DNS.md"
        ),
        "parent.ttl: seconds, of the NS records in the parent",
        (
            "nameservers.own: our own nameservers, two or more of {name, ipv4, ipv6}; no zone on our own primary "
            "was found"
        ),
        (
            "nameservers.fallback: the nameservers that keep the zones warm, two or more of {name, ipv4, ipv6}: "
            "docs/DNS.md"
        ),
        "fallback_backend: who keeps zones warm that do not say it: hetzner or friend",
        "zones[0].primary: who holds the zone at rest: several have it, and the parent names none",
        "zones[0].fallback: who keeps this zone warm: nobody else was found to hold it",
    ]
    assert zone_of(layout_of(alone, {}).zones[0]) is None
    transferred = Living(zones=(DELEGATING, OWN, hetzner_zone(MESH, transferred=True)))
    assert asked(delegations(transferred)) == [
        "zones[0].fallback: Hetzner transfers this zone: backend hetzner-secondary with its key, docs/DNS.md"
    ]


def test_a_zone_with_keys_or_a_ds_asks_who_signs() -> None:
    keys = Living(zones=(DELEGATING, replace(OWN, signed=True), COPY))
    ds = f"7 13 2 {'ab' * 32}"
    parent = cloudflare_zone(PARENT, f"mesh {APEX[2:]}", f"mesh DS {ds}")
    question = "zones[0].signed: own or none: the parent has a DS, or the zone has keys"
    assert asked(delegations(keys)) == [question]
    with_ds = delegations(Living(zones=(parent, OWN, COPY)))
    assert asked(with_ds) == [question]
    assert ds in with_ds.lower()


def test_the_zone_file_holds_what_its_holder_at_rest_has() -> None:
    found = zone_of(layout_of(LIVING, RESOLVED).zones[0])
    assert found is not None
    assert [str(one.key) for one in found.zone.rrsets] == [
        f"{MESH} NS",
        f"ns1.{MESH} A",
        f"ns2.{MESH} A",
        f"ns2.{MESH} AAAA",
    ]


def test_servers_become_machines_by_their_addresses() -> None:
    living = Living(
        servers=(
            server(1, "Alpha.muster", "192.0.2.53/32", "2001:db8:1::/64"),
            server(
                2,
                "gate",
                "192.0.2.60/32",
                "2001:db8:6::/64",
                reverse={"2001:db8:6::7": "gate.muster.example"},
            ),
            server(3, "wiki", "192.0.2.70/32"),
        ),
        keys=(FoundKey(7, "laptop", "ssh-ed25519 " + "A" * 68), FoundKey(8, "old", "ssh-dss AAAA of mine")),
        zones=LIVING.zones,
    )
    told = Told(ip_address("192.0.2.53"), ("gate",))
    text = with_network(
        "encryptionsalt: v1:x\nconfig:\n  a:b: c\n", living, layout_of(living, RESOLVED), told
    )
    assert text.startswith("encryptionsalt: v1:x\nconfig:\n  # Written by ffinfra adopt")
    assert text.endswith("  a:b: c\n")
    machines = text[text.index("    supernodes:") :]
    assert "- name: gate\n        host: fsn1-ccx13\n        ipv4: 192.0.2.60\n" in machines
    assert 'ipv6: "2001:db8:6::7"' in machines
    assert (
        "- name: alpha\n        host: fsn1-ccx13\n        ipv4: 192.0.2.53\n        role: primary\n"
        in machines
    )
    paths = asked(text)
    assert "-: the SSH key old at Hetzner has options or a comment of several words: left out" in paths
    assert (
        "-: server wiki (ccx13 in fsn1, 192.0.2.70) is none of our nameservers: a supernode? Then begin anew with"
        " --supernode wiki --overwrite; else it stays outside" in paths
    )
    assert (
        "config.ffinfra:network.nameservers[1].host: ns2.mesh.muster.example is not at this project of Hetzner: "
        "describe its host, and its size here" in paths
    )
    assert (
        "config.ffinfra:network.management_prefixes: from where SSH may come in, as a list of prefixes"
        in paths
    )
    assert "role: secondary" in machines


def test_without_a_primary_roles_are_asked() -> None:
    told = Told(None, ())
    text = with_network("", LIVING, layout_of(LIVING, RESOLVED), told)
    asked_roles = [one for one in asked(text) if ".role:" in one]
    assert len(asked_roles) == 2
    assert text.startswith("config:\n")


def test_what_is_there_stays_and_overwriting_writes_the_same(tmp_path: Path) -> None:
    found = Found(LIVING, layout_of(LIVING, RESOLVED), RESOLVED)
    told = Told(ip_address("192.0.2.53"), ())
    stack_file = tmp_path / "Pulumi.prod.yaml"
    stack_file.write_text("encryptionsalt: v1:x\nconfig:\n  ffinfra:gateKey:\n    secure: v1:y\n")
    assert not is_declared(tmp_path)
    files = ("Pulumi.prod.yaml", "dns/delegations.yaml", "dns/zones/mesh.muster.example.zone")
    assert write(tmp_path, found, told, overwrite=False).files == files
    assert is_declared(tmp_path)
    once = [(tmp_path / name).read_text() for name in files]
    assert write(tmp_path, found, told, overwrite=False).files == ()
    assert write(tmp_path, found, told, overwrite=True).files == files
    assert [(tmp_path / name).read_text() for name in files] == once
    assert once[0].endswith("  ffinfra:gateKey:\n    secure: v1:y\n")
    assert [one.place.file for one in open_in(tmp_path)][-1] == "dns/delegations.yaml"


AT_HETZNER = f"""{{backend: hetzner, nameservers: [{{name: {HETZNER[0]}, ipv4: 203.0.113.1}},
      {{name: {HETZNER[1]}, ipv4: 203.0.113.2}}]}}"""
AT_CLOUDFLARE = f"""{{backend: cloudflare, zone_id: {PARENT_ID}, nameservers: [
      {{name: {ADA[0]}, ipv4: 203.0.113.11}}, {{name: {ADA[1]}, ipv4: 203.0.113.12}}]}}"""


@pytest.mark.parametrize(
    ("primary", "fallback", "address"),
    [(AT_HETZNER, AT_CLOUDFLARE, "192.0.2.1"), (AT_CLOUDFLARE, AT_HETZNER, "192.0.2.2")],
    ids=["at Hetzner", "at Cloudflare"],
)
def test_a_holder_that_was_a_question_gives_the_file_once_it_is_answered(
    tmp_path: Path, primary: str, fallback: str, address: str
) -> None:
    living = Living(zones=(hetzner_zone(MESH, "@ A 192.0.2.1"), cloudflare_zone(MESH, "@ A 192.0.2.2")))
    found = Found(living, layout_of(living, RESOLVED), RESOLVED)
    files = write(tmp_path, found, Told(None, ()), overwrite=False).files
    assert files == ("Pulumi.prod.yaml", "dns/delegations.yaml")
    (tmp_path / "dns" / "delegations.yaml").write_text(ANSWERED.format(primary=primary, fallback=fallback))

    name = "dns/zones/mesh.muster.example.zone"
    assert write_answered(tmp_path, living) == Written(
        (name,), (f"{name}: the source keeps no SOA; it is made up: {MADE_UP}",)
    )
    assert read_zone(tmp_path / name, MESH, include_root=tmp_path).zone.rrsets == (
        make_rrset(MESH, "A", 300, [address]),
    )
    (tmp_path / name).write_text("; edited since\n")
    assert write_answered(tmp_path, living) == Written((), ())


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A checkout can bring links; one to nowhere looks like a file that is not there."""
    found = Found(LIVING, layout_of(LIVING, RESOLVED), RESOLVED)
    told, project, outside = Told(ip_address("192.0.2.53"), ()), tmp_path / "project", tmp_path / "outside"
    zone = project / "dns" / "zones" / "mesh.muster.example.zone"
    zone.parent.mkdir(parents=True)
    zone.symlink_to(outside)
    assert write(project, found, told, overwrite=False).files == ("Pulumi.prod.yaml", "dns/delegations.yaml")
    write(project, found, told, overwrite=True)
    assert not outside.exists()
    assert not zone.is_symlink()
    (project / "dns").rename(tmp_path / "away")
    (project / "dns").symlink_to(tmp_path / "away")
    with pytest.raises(OperationalError, match="dns is a link"):
        write(project, found, told, overwrite=True)


def test_a_holder_that_was_not_found_gives_no_file(tmp_path: Path) -> None:
    """Our own nameservers, which nobody transferred from."""
    (tmp_path / "dns").mkdir()
    (tmp_path / "dns" / "delegations.yaml").write_text(
        ANSWERED.format(primary="{backend: own}", fallback=AT_HETZNER)
    )
    assert write_answered(tmp_path, Living(zones=(hetzner_zone(MESH, "@ A 192.0.2.1"),))) == Written((), ())


@pytest.mark.parametrize("name", [*HETZNER, *ADA, "ns1.mesh.muster.example"])
def test_the_addresses_of_every_nameserver_are_looked_up(name: str) -> None:
    assert name in nameserver_names(LIVING)
