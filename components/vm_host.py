"""A host of virtual machines: a dedicated machine's configuration, or a slice of Hetzner Cloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import pulumi
import pulumi_hcloud as hcloud

from components.host_config import HostConfig
from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import management_address
from ffinfra.hosts.transports import Transport
from ffinfra.network.hosts import CloudSlice, DedicatedHost


@dataclass(frozen=True, kw_only=True)
class VmHostConfig:
    """What makes a host.

    Attributes:
        host: its declaration.
        configuration: its rendered files; None for a slice, which has no machine of its own, and for a host
            whose files a person keeps.
        transport: how they are delivered.
        ssh_key_ids: what servers of a slice are made with.
        spread: whether any server of a slice is to be kept apart from the others.
    """

    host: DedicatedHost | CloudSlice
    configuration: HostConfiguration | None
    transport: Transport
    ssh_key_ids: Sequence[pulumi.Output[str]]
    spread: bool = True


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Where a guest's server is made.

    Attributes:
        declaration: the slice.
        placement_group_id: keeps its servers on different physical machines; None where none is to be kept apart.
        ssh_key_ids: the administrators' keys.
    """

    declaration: CloudSlice
    placement_group_id: pulumi.Output[int] | None
    ssh_key_ids: Sequence[pulumi.Output[str]]


@dataclass(frozen=True, kw_only=True)
class VmHostResult:
    """What guests need of their host: the slice that their server is made in, or the host's own resource."""

    slice: Slice | None = None
    host_config: HostConfig | None = None


class VmHost(pulumi.ComponentResource):
    """A host."""

    result: VmHostResult

    def __init__(self, name: str, config: VmHostConfig) -> None:
        """Declare it."""
        super().__init__("ffinfra:network:VmHost", name)
        match config.host:
            case DedicatedHost():
                self.result = self._dedicated(name, config, config.host)
            case CloudSlice():
                self.result = self._slice(name, config, config.host)
            case _:
                assert_never(config.host)
        self.register_outputs({})

    def _dedicated(self, name: str, config: VmHostConfig, host: DedicatedHost) -> VmHostResult:
        if config.configuration is None:
            return VmHostResult()
        address = str(management_address(host))
        options = pulumi.ResourceOptions(parent=self)
        return VmHostResult(
            host_config=HostConfig(name, config.configuration, address, config.transport, options)
        )

    def _slice(self, name: str, config: VmHostConfig, host: CloudSlice) -> VmHostResult:
        group = self._placement_group(name) if config.spread else None
        return VmHostResult(
            slice=Slice(declaration=host, placement_group_id=group, ssh_key_ids=config.ssh_key_ids)
        )

    def _placement_group(self, name: str) -> pulumi.Output[int]:
        opts = pulumi.ResourceOptions(parent=self)
        return hcloud.PlacementGroup(name, name=name, type="spread", opts=opts).id.apply(int)
