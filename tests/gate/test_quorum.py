"""How many people must approve, by what would be done."""

from __future__ import annotations

import pytest

from ffinfra.gate.operations import Operation
from ffinfra.gate.quorum import approvals_needed

ROOT = "urn:pulumi:prod::ffinfra::"
GROUP = f"{ROOT}hcloud:index/placementGroup:PlacementGroup::g"
SERVER = f"{ROOT}hcloud:index/server:Server::sn5"
SUPERNODE = f"{ROOT}ffinfra:network:Supernode$freifunk:index:HostConfig::sn1"
NAMESERVER = f"{ROOT}ffinfra:network:Nameserver$freifunk:index:HostConfig::ns1"


@pytest.mark.parametrize(
    ("operation", "urn", "needed"),
    [
        (Operation.DELETE, GROUP, 1),
        (Operation.DELETE, SUPERNODE, 1),
        (Operation.UPDATE, NAMESERVER, 1),
        (Operation.DELETE, NAMESERVER, 2),
        (Operation.REPLACE, NAMESERVER, 2),
        (Operation.DELETE, SERVER, 2),
        (Operation.CREATE, SERVER, 0),
    ],
)
def test_who_removes_what_hurts_needs_two(operation: Operation, urn: str, needed: int) -> None:
    assert approvals_needed([(operation, urn)], destructive=False, free_additions=True) == needed
