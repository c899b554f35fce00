"""Cases of the rules on what a machine runs on: shared cores, a kernel that is known to be bad."""

from __future__ import annotations

from ffinfra.gate.context import GateContext
from ffinfra.network.hosts import CpuKind
from ffinfra.network.kernel import Kernel
from tests.gate.rules.contexts import (
    Case,
    context,
    machine,
    sample,
    with_network,
)

NETWORK = sample().network


def _kernel(version: str | None) -> GateContext:
    return context(declarations=with_network(**machine(NETWORK, "vm1", kernel=Kernel(version=version))))


PASSING: list[Case] = [
    ("shared-cpu", context, []),
    ("known-bad-kernel", lambda: _kernel("6.12.95-1~bpo12+1"), []),
]

FAILING: list[Case] = [
    (
        "shared-cpu",
        lambda: context(declarations=with_network(**machine(NETWORK, "hc1", server_type="cx33"))),
        [
            "block: sn5 would run on the shared cores of cx33 of hc1",
            "block: sn6 would run on the shared cores of cx33 of hc1",
        ],
    ),
    (
        "shared-cpu",
        lambda: context(declarations=with_network(**machine(NETWORK, "vm2", cpu=CpuKind.SHARED))),
        [
            "block: sn3 would run on the shared cores of vm2",
            "block: sn4 would run on the shared cores of vm2",
        ],
    ),
    (
        "known-bad-kernel",
        lambda: _kernel("3.16.7-1"),
        [
            (
                "block: hosts.vm1 is pinned to kernel 3.16.7-1, known bad: a VM host with bridged guests crashed"
                " within minutes under Debian 8's 3.16; 4.8 from backports cured it"
                " (the network's own log, January (row d of the founding story))"
            )
        ],
    ),
]
