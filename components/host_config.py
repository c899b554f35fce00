"""The files, packages and units of one host, as one resource of the local provider."""

from __future__ import annotations

from typing import Any, assert_never

import pulumi

from components.settings import DirectoryTransport, SshTransport, Transport
from ffinfra.hosts.configuration import HostConfiguration, HostFile


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
        files = [file for file in configuration.files if not file.secret]
        secrets = [file for file in configuration.files if file.secret]
        super().__init__(
            "freifunk:index:HostConfig",
            name,
            {
                "host": configuration.host,
                "transport": _transport(transport, address),
                "files": {file.path: _file(file) for file in files},
                "secretFiles": pulumi.Output.secret({file.path: _file(file) for file in secrets}),
                "packages": list(configuration.packages),
                "units": [
                    {"name": unit.name, "action": unit.action.value, "enabled": unit.enabled}
                    for unit in configuration.units
                ],
            },
            options,
        )


def _file(file: HostFile) -> dict[str, Any]:
    return {
        "content": file.content,
        "mode": f"{file.mode:04o}",
        "owner": file.owner,
        "group": file.group,
        "validator": file.validator.value if file.validator else None,
        "createOnly": file.create_only,
        "units": list(file.units),
    }


def _transport(transport: Transport, address: pulumi.Input[str]) -> dict[str, Any]:
    match transport:
        case SshTransport():
            return {"kind": "ssh", "address": address, "user": transport.user, "port": transport.port}
        case DirectoryTransport():
            return {"kind": "directory", "path": transport.directory}
    assert_never(transport)
