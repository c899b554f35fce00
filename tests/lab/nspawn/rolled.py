"""A machine of the sample network with its first rollout behind it."""

from __future__ import annotations

from typing import Any

from ffinfra.hosts.cloud_init import meta_data, user_data
from ffinfra.hosts.rendering import configured_machine, management_address, render_host
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.network.hosts import DedicatedHost
from ffinfra.network.network import Network
from ffinfra.provider.host_config import HostConfig
from ffinfra.provider.properties import Properties
from tests.hosts.samples import sample_secrets, sample_zones
from tests.lab.nspawn.machines import Yard


class Rolled:
    """A machine with its first rollout behind it."""

    def __init__(self, ours: Yard, network: Network, name: str) -> None:
        machine = configured_machine(network, name)
        assert not isinstance(machine, DedicatedHost)
        self.ours, self.name, self.address = ours, name, str(management_address(machine))
        ours.boot(name, user_data(network, machine), meta_data(network, machine), self.address)
        ours.await_login(name, self.address)
        transport = {"kind": "ssh", "address": self.address, "user": "root", "port": 22}
        configuration = render_host(network, name, sample_secrets(), sample_zones())
        values = {**to_inputs(configuration), "transport": transport}
        self.inputs = Properties(values, frozenset({"secretFiles"}))
        _id, self.state = HostConfig().create(name, self.inputs, preview=False)

    def with_text(self, path: str, old: str, new: str) -> Properties:
        """The inputs with a replacement in one file."""
        files = dict(self.inputs.values["files"])
        assert old in files[path]["content"]
        files[path] = {**files[path], "content": files[path]["content"].replace(old, new)}
        return self.inputs.with_values({**self.inputs.values, "files": files})

    def update(self, inputs: Properties) -> None:
        """Another rollout."""
        HostConfig().update(self.name, self.state, inputs, preview=False)

    def refresh(self) -> dict[str, Any]:
        """What differs between the machine and its declaration."""
        found = HostConfig().read(self.name, self.state, self.inputs)
        assert found is not None
        return dict(HostConfig().diff(found.outputs, self.inputs).changes)

    def says(self, script: str) -> str:
        """What a script on the machine says."""
        return self.ours.ssh(self.address, script).stdout.strip()

    def starts(self) -> dict[str, str]:
        """When each of our units was started, and how often it was reloaded."""
        names = " ".join(unit["name"] for unit in self.inputs.values["units"])
        show = (
            f"for unit in {names}; do echo $unit $(systemctl show -P ExecMainStartTimestampMonotonic $unit)"
        )
        show += " $(journalctl --quiet -u $unit -o cat | grep -c ^Reloaded); done"
        lines = (line.split(" ", 1) for line in self.says(show).splitlines())
        return {line[0]: line[-1] for line in lines}
