"""The executable of the provider freifunk: ``python -m ffinfra.provider``.

A resource type's module is imported when the first such resource comes along: the failover stack has neither
hosts nor own zones, and in an emergency every second counts.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from ffinfra.provider.gate_record import GateRecord
from ffinfra.provider.plugin import Plugin
from ffinfra.provider.resource_type import ResourceType


def _zone_content() -> ResourceType:
    made: ResourceType = import_module("ffinfra.provider.zone_content").ZoneContent()
    return made


def _host_config() -> ResourceType:
    made: ResourceType = import_module("ffinfra.provider.host_config").HostConfig()
    return made


def _updated_delegation() -> ResourceType:
    made: ResourceType = import_module("ffinfra.provider.updated_delegation").UpdatedDelegation()
    return made


def _manual_delegation() -> ResourceType:
    made: ResourceType = import_module("ffinfra.provider.manual_delegation").ManualDelegation()
    return made


def _version() -> str:
    try:
        return version("ffinfra")
    except PackageNotFoundError:
        return "0.1.0"


LATER = {
    "freifunk:index:ZoneContent": _zone_content,
    "freifunk:index:HostConfig": _host_config,
    "freifunk:index:UpdatedDelegation": _updated_delegation,
    "freifunk:index:ManualDelegation": _manual_delegation,
}

if __name__ == "__main__":
    Plugin("freifunk", _version(), [GateRecord()], later=LATER).serve()
