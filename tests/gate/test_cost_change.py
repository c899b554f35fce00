"""The monthly cost before and after a change."""

from __future__ import annotations

import pytest

from ffinfra.gate.changes import Change
from ffinfra.gate.cost_change import cost_change
from ffinfra.gate.operations import Operation
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import SERVER, change, context

PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
SMALL, LARGE = {"serverType": "ccx13"}, {"serverType": "ccx23"}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "214.38 -> 214.38"),
        ([change(Operation.CREATE, SERVER, "sn6", None, SMALL)], "199.52 -> 214.38"),
        ([change(Operation.DELETE, SERVER, "sn7", SMALL, None)], "229.24 -> 214.38"),
        ([change(Operation.UPDATE, SERVER, "sn6", LARGE, SMALL)], "228.66 -> 214.38"),
        (
            [
                change(operation, SERVER, "sn6", LARGE, SMALL)
                for operation in (Operation.CREATE_REPLACEMENT, Operation.REPLACE, Operation.DELETE_REPLACED)
            ],
            "228.66 -> 214.38",
        ),
        ([change(Operation.CREATE, PRIMARY_IP, "a", None, {"type": "ipv4"})], "213.78 -> 214.38"),
        ([change(Operation.CREATE, PRIMARY_IP, "a", None, {"type": "ipv6"})], "214.38 -> 214.38"),
        ([change(Operation.CREATE, "hcloud:index/network:Network", "n", None, {})], "214.38 -> 214.38"),
    ],
    ids=[
        "nothing",
        "one more",
        "one less",
        "a smaller one",
        "a replacement once",
        "an IPv4",
        "an IPv6",
        "no server",
    ],
)
def test_before_and_after(steps: list[Change], said: str) -> None:
    assert str(cost_change(context(steps))) == f"{said} EUR a month, of a budget of 240.00"


def test_a_stack_without_hosts_has_none() -> None:
    assert cost_change(context(kind=StackKind.FAILOVER)) is None
