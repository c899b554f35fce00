"""The executable of the provider freifunk: ``python -m ffinfra.provider``."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from ffinfra.provider.gate_record import GateRecord
from ffinfra.provider.host_config import HostConfig
from ffinfra.provider.plugin import Plugin
from ffinfra.provider.zone_content import ZoneContent


def _version() -> str:
    try:
        return version("ffinfra")
    except PackageNotFoundError:
        return "0.1.0"


if __name__ == "__main__":
    Plugin("freifunk", _version(), [ZoneContent(), HostConfig(), GateRecord()]).serve()
