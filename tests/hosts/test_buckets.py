"""Buckets, instances and the fixed seed."""

from __future__ import annotations

import random
from collections import Counter
from ipaddress import IPv4Address, IPv6Address

import pytest

from ffinfra.hosts.buckets import BUCKETS, SEED, bucket_table
from tests.hosts.kernel_hash import bucket

Address = IPv4Address | IPv6Address

EVEN_ROWS = [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.10",
    "10.0.0.100",
    "10.1.0.1",
    "198.18.0.1",
    "192.168.0.1",
    "192.168.1.1",
]
EVEN_ROWS += ["198.51.100.1", "203.0.113.1", "fd00::1"]
"""First addresses of rows of 60 neighbours."""

EVEN_ROWS_OF_NETWORKS = ["10.0.0.2", "10.0.1.2", "10.1.1.2"]
"""First addresses of rows of 60 that lie in neighbouring /24 networks."""


def _shares(addresses: list[Address], instances: int) -> list[int]:
    table = bucket_table(instances)
    counted = Counter(table[bucket(address, BUCKETS, SEED)] for address in addresses)
    return [counted[instance] for instance in range(instances)]


@pytest.mark.parametrize("instances", range(1, 33))
def test_shares_are_even_and_one_instance_more_moves_only_what_it_gets(instances: int) -> None:
    table = bucket_table(instances)
    shares = Counter(table)
    assert set(shares) == set(range(instances))
    assert max(shares.values()) - min(shares.values()) <= 1
    for before, after in zip(table, bucket_table(instances + 1), strict=True):
        assert after in {before, instances}


def test_numbers_of_instances_that_make_no_sense_are_refused() -> None:
    for instances in (0, BUCKETS + 1):
        with pytest.raises(ValueError, match="cannot share"):
            bucket_table(instances)


@pytest.mark.parametrize("first", EVEN_ROWS)
def test_rows_of_neighbours_come_out_within_two_of_even(first: str) -> None:
    start: Address = IPv6Address(first) if ":" in first else IPv4Address(first)
    shares = _shares([start + number for number in range(60)], 4)
    assert all(abs(share - 15) <= 2 for share in shares), shares


@pytest.mark.parametrize("first", EVEN_ROWS_OF_NETWORKS)
def test_rows_of_networks_come_out_within_two_of_even(first: str) -> None:
    shares = _shares([IPv4Address(first) + 256 * number for number in range(60)], 4)
    assert all(abs(share - 15) <= 2 for share in shares), shares


@pytest.mark.parametrize("instances", [2, 3, 4, 5, 6])
def test_many_nodes_anywhere_spread_within_a_tenth_of_even(instances: int) -> None:
    chance = random.Random(1)
    addresses: list[Address] = [IPv4Address(chance.getrandbits(32)) for _ in range(6000)]
    addresses += [IPv6Address(chance.getrandbits(128)) for _ in range(6000)]
    even = len(addresses) / instances
    assert all(abs(share - even) < even / 10 for share in _shares(addresses, instances))


def test_one_instance_less_moves_only_its_own_share_of_the_nodes() -> None:
    chance = random.Random(2)
    addresses = [IPv4Address(chance.getrandbits(32)) for _ in range(3000)]
    four, three = bucket_table(4), bucket_table(3)
    buckets = [bucket(address, BUCKETS, SEED) for address in addresses]
    moved = [number for number in buckets if four[number] != three[number]]
    assert all(four[number] == 3 for number in moved)
    assert len(moved) < 0.3 * len(addresses)
