"""What is declared in files and what follows from the model come together, and never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.dns.declared_zones import merged
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.model_records import ModelRecord, model_records
from ffinfra.dns.records import Record
from ffinfra.network.as_found import AsFound
from ffinfra.network.reading import read_network
from ffinfra.problems import InvalidInputError
from ffinfra.stack import NETWORK_FILE
from tests.dns.zones import SMALL, lines

PROJECT = Path(__file__).resolve().parents[2]
NODE = ModelRecord(Record("sn1.mesh.example.", "A", 600, "192.0.2.10"), "supernodes.sn1")


def test_records_of_the_model_are_added() -> None:
    zone = merged(read_zone_text(SMALL), [NODE])
    assert "sn1.mesh.example. 600 A 192.0.2.10" in lines(zone)
    assert zone.record_count == read_zone_text(SMALL).zone.record_count + 1


@pytest.mark.parametrize("value", ["192.0.2.10", "192.0.2.99"])
def test_a_record_in_both_sources_is_an_error_that_names_both(value: str) -> None:
    file = read_zone_text(SMALL + f"sn1 AAAA 2001:db8::1\nsn1 A {value}\n", source="m.zone")
    with pytest.raises(InvalidInputError) as raised:
        merged(file, [NODE])
    (problem,) = raised.value.problems
    assert str(problem) == (
        f"m.zone:12:1: sn1.mesh.example. 600 A {value} stands here, but sn1.mesh.example. A already follows "
        "from supernodes.sn1. Remove it here, or change the address under supernodes.sn1 in the stack file"
    )


def test_a_machine_whose_records_stay_as_found_makes_none() -> None:
    network = read_network(PROJECT / NETWORK_FILE, NETWORK_FILE)
    first, *others = network.nameservers
    left = first.model_copy(update={"as_found": (AsFound.RECORDS,)})
    made = model_records(network.model_copy(update={"nameservers": (left, *others)}), ".")
    assert f"{first.fqdn}." not in {one.record.owner for one in made} | {one.record.value for one in made}
    assert f"{others[0].fqdn}." in {one.record.owner for one in made}


def test_hosts_supernodes_and_nameservers_have_addresses_and_reverse_names() -> None:
    network = read_network(PROJECT / NETWORK_FILE, NETWORK_FILE)
    everything = model_records(network, ".")
    assert {one.source.partition(".")[0] for one in everything} == {"hosts", "supernodes", "nameservers"}
    for node in network.supernodes:
        name = f"{network.machine_fqdn(node.name)}."
        found = {(one.record.type, one.record.value) for one in everything if one.record.owner == name}
        assert found == {("A", str(node.ipv4)), ("AAAA", str(node.ipv6))}
        reverse = {one.record.owner for one in everything if one.record.value == name}
        assert reverse == {f"{address.reverse_pointer}." for address in (node.ipv4, node.ipv6)}
    assert all(one.record.type == "PTR" for one in model_records(network, "in-addr.arpa."))
