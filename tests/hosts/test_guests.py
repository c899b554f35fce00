"""The definition of a guest: for KVM on a VM host, for QEMU's translator in a rehearsal, else the same."""

from __future__ import annotations

from ffinfra.hosts.guests import Accelerator, domain_definition
from ffinfra.hosts.rendering import render_host
from ffinfra.network.hosts import DedicatedHost
from tests.hosts.samples import sample_network, sample_secrets


def test_the_accelerator_changes_two_words_of_the_definition() -> None:
    network = sample_network()
    host, guest = network.host("vm1"), network.supernodes[0]
    assert isinstance(host, DedicatedHost)
    rolled_out = (
        render_host(network, "vm1", sample_secrets()).file("/etc/ffinfra/guests/sn1/domain.xml").content
    )
    rehearsed = domain_definition(network, host, guest, Accelerator.EMULATION)
    different = [
        (one.strip(), other.strip())
        for one, other in zip(rolled_out.splitlines(), rehearsed.splitlines(), strict=True)
        if one != other
    ]
    assert different == [
        ('<domain type="kvm">', '<domain type="qemu">'),
        ('<cpu mode="host-passthrough" migratable="off"/>', '<cpu mode="maximum" migratable="off"/>'),
    ]
