"""No machine is pinned to a kernel that is known to crash."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.kernel import Kernel, known_bad


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    pinned = [(f"hosts.{host.name}", host.kernel) for host in network.hosts]
    pinned += [(guest.name, guest.kernel) for guest in network.guests if guest.kernel is not None]
    for machine, kernel in pinned:
        yield from _judge(machine, kernel)


def _judge(machine: str, kernel: Kernel) -> Iterator[Hit]:
    bad = known_bad(kernel.version) if kernel.version else None
    if bad is not None:
        yield Hit(
            f"{machine} is pinned to kernel {kernel.version}, known bad: {bad.reason} ({bad.reference})",
            [machine],
            f"Pin a version older than {bad.first_bad} or from {bad.first_good} on",
        )


RULE = Rule(
    identifier="known-bad-kernel",
    title="no kernel of a known-bad range",
    why="A VM host's kernel crashed within minutes; the next release cured it (row d).",
    severity=Severity.BLOCK,
    way_out="Pin another kernel version",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
