"""Machines that stand in for each other are not taken down together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.machines import SERVER
from ffinfra.gate.property_changes import PropertyValue
from ffinfra.gate.protected_kinds import HOST_CONFIG
from ffinfra.gate.rules.rule import HOLDING_HOSTS, Hit, Rule
from ffinfra.network.network import Network

_RESTARTING = frozenset({"serverType", "image", "placementGroupId", "rescue"})
"""Inputs of a server that the provider changes with the machine switched off."""
KERNEL_FILES: Final = ("/etc/ffinfra/kernel", "/etc/apt/preferences.d/50-ffinfra-kernel.pref")
"""The files that say which kernel a machine is to boot, and from which suite."""


def _evaluate(context: GateContext) -> Iterator[Hit]:
    assert context.declarations is not None
    network = context.declarations.network
    down = _with_guests(network, {one.name: one.urn for one in context.changes.effective if _takes_down(one)})
    other_kernel = {one.name: one.urn for one in context.changes.effective if _pins_another_kernel(one)}
    for group, members in _groups(network).items():
        hit = sorted(set(members) & down.keys())
        if len(hit) > 1:
            yield Hit(f"{', '.join(hit)} would go down together: {group}", _urns(down, hit))
    yield from _kernels(network, other_kernel)


def _groups(network: Network) -> dict[str, list[str]]:
    groups = {"nameservers": [server.name for server in network.nameservers]}
    for host in network.hosts:
        nodes = [node.name for node in network.supernodes if node.host == host.name]
        groups[f"supernodes of {host.name}"] = nodes
    return groups


def _kernels(network: Network, other_kernel: Mapping[str, str]) -> Iterator[Hit]:
    """A rollout reboots nothing, so this is only told: a kernel that does not boot would be found on both."""
    nameservers = _with_guests(network, other_kernel)
    for group, members in _groups(network).items():
        affected = nameservers if group == "nameservers" else other_kernel
        hit = sorted(set(members) & affected.keys())
        if len(hit) > 1:
            yield Hit(
                f"{', '.join(hit)} would boot another kernel from now on, pinned in one change: {group}",
                _urns(affected, hit),
                "Pin it on one, reboot that one (ffinfra kernel roll) and look, then pin it on the other",
                Severity.NOTE,
            )


def _with_guests(network: Network, machines: Mapping[str, str]) -> dict[str, str]:
    """Machines, and the guests of those that are hosts: they go down with them."""
    guests = {guest.name: machines[guest.host] for guest in network.guests if guest.host in machines}
    return {**guests, **machines}


def _urns(found: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return sorted({found[name] for name in names})


def _takes_down(change: Change) -> bool:
    if change.type == SERVER:
        restarted = any(one.path.split(".")[0].split("[")[0] in _RESTARTING for one in change.properties)
        return change.operation.removes or (change.old_inputs is not None and restarted)
    return change.type == HOST_CONFIG and change.operation.removes


def _pins_another_kernel(change: Change) -> bool:
    if change.type != HOST_CONFIG or change.old_inputs is None or change.new_inputs is None:
        return False
    return any(
        f'"{file}"' in one.path and _settings(one.old) != _settings(one.new)
        for one in change.properties
        for file in KERNEL_FILES
    )


def _settings(value: PropertyValue) -> list[str] | PropertyValue:
    """A file's lines but its comments; what is hidden differs from everything that is not."""
    if not isinstance(value, str):
        return value
    return [line for line in value.splitlines() if line and not line.startswith("#")]


RULE = Rule(
    identifier="machines-together",
    title="never two nameservers, nor two supernodes of one host, are restarted or replaced at once",
    why="What stands in for the other must be up while the other comes back, and must come back itself.",
    severity=Severity.BLOCK,
    way_out="Change one, see that it serves (ffinfra dns ready, ffinfra kernel status), then the other",
    evaluate=_evaluate,
    needs_declarations=True,
    stacks=HOLDING_HOSTS,
)
