"""The kernels of all machines, asked at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ffinfra.hosts.rendering import ConfiguredMachine, configured_machines, management_address
from ffinfra.kernels.shell import Shell
from ffinfra.kernels.state import KernelState, kernel_question, kernel_state, unreachable
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.kernel import Kernel
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError

_AT_ONCE = 16


def declared_kernel(network: Network, machine: ConfiguredMachine) -> Kernel:
    """The kernel that a machine is to run."""
    return machine.kernel if isinstance(machine, DedicatedHost) else network.kernel_of(machine)


def kernel_states(
    network: Network, shell: Shell, machines: Sequence[ConfiguredMachine] | None = None
) -> tuple[KernelState, ...]:
    """The state of each machine, in the order given; all of the network without a choice."""
    chosen = configured_machines(network) if machines is None else machines
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda machine: state_of(network, shell, machine), chosen))


def state_of(network: Network, shell: Shell, machine: ConfiguredMachine) -> KernelState:
    """One machine's state; a machine that does not answer has one too."""
    kernel = declared_kernel(network, machine)
    try:
        answer = shell.run(str(management_address(machine)), kernel_question(kernel))
    except OperationalError as error:
        return unreachable(machine.name, kernel, error.what)
    return kernel_state(machine.name, kernel, answer)
