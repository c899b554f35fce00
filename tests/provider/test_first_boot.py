"""The first rollout of a machine that is still at its first boot: awaited, rebooted, or refused."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.hosts.cloud_init import FIRST_BOOT_REBOOTS, meta_data, user_data
from ffinfra.hosts.rendering import configured_machine, render_host
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.network.machines import Nameserver
from ffinfra.problems import OperationalError
from ffinfra.provider.host_config import HostConfig
from ffinfra.provider.properties import Properties
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_secrets, sample_zones
from tests.lab.nspawn.machines import Yard, network_with_key, yard

pytestmark = [pytest.mark.full, pytest.mark.root]

BOOT = "cat /proc/sys/kernel/random/boot_id"


@pytest.fixture
def ours() -> Iterator[Yard]:
    needs("ansible-playbook")
    with (
        tempfile.TemporaryDirectory(prefix="yard-") as directory,
        yard(Path(directory)) as opened,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in opened.ansible_environment.items():
            patch.setenv(name, value)
        yield opened


def _booted(ours: Yard, name: str, first_boot: str = "") -> str:
    """Boot a nameserver, whose first boot may do something else; its address."""
    network = network_with_key(ours.public_key)
    machine = configured_machine(network, name)
    assert isinstance(machine, Nameserver)
    text = user_data(network, machine)
    if first_boot:
        text = text[: text.index("runcmd:")] + f"runcmd: [[sh, -c, {first_boot}]]\n"
    ours.boot(name, text, meta_data(network, machine), str(machine.ipv4))
    ours.await_login(name, str(machine.ipv4))
    return str(machine.ipv4)


def _create(ours: Yard, name: str, address: str) -> None:
    configuration = render_host(network_with_key(ours.public_key), name, sample_secrets(), sample_zones())
    transport = {"kind": "ssh", "address": address, "user": "root", "port": 22}
    values = {**to_inputs(configuration), "transport": transport}
    HostConfig().create(name, Properties(values, frozenset({"secretFiles"})), preview=False)


def test_a_reboot_into_the_pinned_kernel_is_awaited_and_then_the_rollout_comes(ours: Yard) -> None:
    address = _booted(ours, "ns2")
    before = ours.ssh(address, f"touch {FIRST_BOOT_REBOOTS}; shutdown --reboot +60; {BOOT}").stdout
    _create(ours, "ns2", address)
    assert ours.ssh(address, BOOT).stdout != before
    assert ours.ssh(address, "systemctl is-active knot").stdout == "active\n"


def test_a_first_boot_that_failed_is_refused(ours: Yard) -> None:
    address = _booted(ours, "ns2", first_boot="exit 3")
    with pytest.raises(OperationalError) as refused:
        _create(ours, "ns2", address)
    assert (
        "ns2: the playbook failed: its first boot failed, so it may lack the pinned kernel"
        in refused.value.what
    )
    assert "cloud-init clean --logs --reboot" in refused.value.what
    assert ours.ssh(address, "test -e /etc/ffinfra/kernel", check=False).returncode == 1
