"""Run as the engine's child: ``python -m ffinfra.lab.plugins.hcloud ENGINE_ADDRESS``."""

from __future__ import annotations

from importlib.metadata import version

from ffinfra.lab.plugins.hcloud.settings import HcloudSettings
from ffinfra.lab.plugins.hcloud.types import resource_types
from ffinfra.provider.plugin import Plugin


def main() -> None:
    """Serve; the version is that of the package whose programs ask."""
    own_version = version("pulumi_hcloud")
    settings = HcloudSettings(own_version)
    Plugin("hcloud", own_version, resource_types(settings), settings=settings).serve()


if __name__ == "__main__":
    main()
