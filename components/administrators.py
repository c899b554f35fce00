"""The administrators' SSH keys at Hetzner; a server without one is sent a root password by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_hcloud as hcloud

from ffinfra.network.network import Administrator


@dataclass(frozen=True)
class AdministratorsResult:
    """The keys' identifiers."""

    ssh_key_ids: tuple[pulumi.Output[str], ...]


class Administrators(pulumi.ComponentResource):
    """One SshKey for each key of each administrator."""

    result: AdministratorsResult

    def __init__(self, name: str, administrators: Sequence[Administrator]) -> None:
        """Declare them."""
        super().__init__("ffinfra:network:Administrators", name)
        keys = [
            hcloud.SshKey(
                f"{person.name}-{number}",
                name=f"{person.name}-{number}",
                public_key=key,
                opts=pulumi.ResourceOptions(
                    parent=self,
                    delete_before_replace=True,
                    # A key that was taken over keeps the name that people gave it there.
                    ignore_changes=["name", "labels"],
                ),
            )
            for person in administrators
            for number, key in enumerate(person.ssh_keys, start=1)
        ]
        self.result = AdministratorsResult(tuple(key.id for key in keys))
        self.register_outputs({})
