"""A supernode: a virtual machine that carries the mesh."""

from __future__ import annotations

import pulumi

from components.machine import MachineConfig, MachineResult, declare_machine


class Supernode(pulumi.ComponentResource):
    """A supernode, named by its role (``sn1``), so that its URN lasts whatever machine carries it."""

    result: MachineResult

    def __init__(self, name: str, config: MachineConfig) -> None:
        """Declare it."""
        super().__init__("ffinfra:network:Supernode", name)
        self.result = declare_machine(name, config, self)
        self.register_outputs({})
