"""What is said of a machine's kernel, and who is rebooted when."""

from __future__ import annotations

import pytest

from ffinfra.hosts.rendering import configured_machines
from ffinfra.kernels.state import KernelState, KernelVerdict, kernel_state, roll_order, unreachable
from ffinfra.network.kernel import Kernel, KernelSource, known_bad_ranges
from tests.hosts.samples import sample_network

KERNEL = Kernel(source=KernelSource.STABLE)


def _answer(running: str, installed: str, version: str, held: str = "linux-image-amd64") -> str:
    return f"running {running}\ndeclared {installed}\nversion {version}\nheld {held}\n"


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (_answer("6.1.0-40-amd64", "6.1.0-40-amd64", "6.1.153-1"), KernelVerdict.CURRENT, ""),
        (
            _answer("6.1.0-37-amd64", "6.1.0-40-amd64", "6.1.153-1"),
            KernelVerdict.REBOOT_NEEDED,
            "6.1.0-37-amd64 runs, 6.1.0-40-amd64 is to be booted",
        ),
        (
            _answer("6.1.0-40-amd64", "6.1.0-40-amd64", "6.1.153-1", held=""),
            KernelVerdict.NOT_HELD,
            "linux-image-amd64 is not held; an upgrade would replace it",
        ),
        (
            _answer("6.1.0-40-amd64", "", ""),
            KernelVerdict.NOT_INSTALLED,
            "linux-image-amd64 is not installed; the next rollout installs it",
        ),
        ("", KernelVerdict.NOT_INSTALLED, "linux-image-amd64 is not installed; the next rollout installs it"),
    ],
)
def test_the_verdict(answer: str, verdict: KernelVerdict, reason: str) -> None:
    state = kernel_state("sn1", KERNEL, answer)
    assert (state.verdict, state.reason) == (verdict, reason)


def test_another_version_than_the_declared_one() -> None:
    kernel = KERNEL.model_copy(update={"version": "6.1.140-1"})
    state = kernel_state("sn1", kernel, _answer("6.1.0-40-amd64", "6.1.0-40-amd64", "6.1.153-1"))
    assert (state.verdict, state.reason) == (
        KernelVerdict.OTHER_VERSION,
        "6.1.153-1 is installed, 6.1.140-1 is declared",
    )


def test_a_known_bad_kernel() -> None:
    bad = known_bad_ranges()[0]
    state = kernel_state("sn1", KERNEL, _answer("x", "x", bad.first_bad))
    assert state.verdict is KernelVerdict.KNOWN_BAD
    assert bad.reason in state.reason


def _behind(*names: str) -> list[KernelState]:
    return [KernelState(machine=name, pinned="", verdict=KernelVerdict.REBOOT_NEEDED) for name in names]


def test_one_site_after_the_other_guests_before_their_host_nameservers_last_among_guests() -> None:
    network = sample_network()
    machines = {machine.name: machine for machine in configured_machines(network)}
    states = [*_behind("vm2", "ns2", "ns1", "sn4", "sn3", "sn6"), unreachable("sn1", KERNEL, "silent")]
    assert roll_order(network, machines, states) == (("ns1",), ("sn6",), ("sn3", "sn4", "ns2", "vm2"))
