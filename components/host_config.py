"""The files, packages and units of one host, as one resource of the local provider."""

from __future__ import annotations

from typing import Any, assert_never

import pulumi

from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.hosts.transports import DirectoryTransport, SshTransport, Transport


class HostConfig(pulumi.CustomResource):
    """A host's configuration; the preview shows it file by file."""

    def __init__(
        self,
        name: str,
        configuration: HostConfiguration,
        address: pulumi.Input[str],
        transport: Transport,
        options: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare it.

        Args:
            name: the host's name.
            configuration: what belongs on it.
            address: where SSH reaches it.
            transport: how it is delivered.
            options: of Pulumi.
        """
        inputs = to_inputs(configuration)
        super().__init__(
            "freifunk:index:HostConfig",
            name,
            {
                **inputs,
                "secretFiles": pulumi.Output.secret(inputs["secretFiles"]),
                "transport": _transport(transport, address),
            },
            options,
        )


def _transport(transport: Transport, address: pulumi.Input[str]) -> dict[str, Any]:
    match transport:
        case SshTransport():
            return {"kind": "ssh", "address": address, "user": transport.user, "port": transport.port}
        case DirectoryTransport():
            return {"kind": "directory", "path": transport.directory}
    assert_never(transport)
