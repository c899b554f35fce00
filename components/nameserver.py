"""A nameserver: a virtual machine that serves our zones."""

from __future__ import annotations

import pulumi

from components.machine import MachineConfig, MachineResult, declare_machine


class Nameserver(pulumi.ComponentResource):
    """A nameserver, primary or secondary; its rendered configuration says which."""

    result: MachineResult

    def __init__(self, name: str, config: MachineConfig) -> None:
        """Declare it."""
        super().__init__("ffinfra:network:Nameserver", name)
        self.result = declare_machine(name, config, self)
        self.register_outputs({})
