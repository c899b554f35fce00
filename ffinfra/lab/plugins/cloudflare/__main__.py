"""Run as the engine's child: ``python -m ffinfra.lab.plugins.cloudflare ENGINE_ADDRESS``."""

from __future__ import annotations

from importlib.metadata import version

from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.cloudflare.types import functions, resource_types
from ffinfra.provider.plugin import Plugin


def main() -> None:
    """Serve; the version is that of the package whose programs ask."""
    own_version = version("pulumi_cloudflare")
    settings = CloudflareSettings()
    types = resource_types(settings)
    Plugin("cloudflare", own_version, types, functions=functions(settings), settings=settings).serve()


if __name__ == "__main__":
    main()
