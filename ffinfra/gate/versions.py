"""The versions that an approval binds: the engine, packages, and the plugins that the engine would start."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_PACKAGES = ("pulumi", "pulumi-hcloud", "pulumi-cloudflare", "dnspython", "pydantic")
"""Packages whose version decides what is done; a provider's package decides which plugin is asked for."""

_PLUGINS = ("hcloud", "cloudflare")
"""Providers whose plugins are installed apart; that of the local provider is a part of the program."""


def versions(engine_version: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The engine, the packages and the plugins, by name.

    Args:
        engine_version: as the engine says.
        environment: in which the engine runs: where it looks for plugins.
    """
    found = {"engine": engine_version, **{name: metadata.version(name) for name in _PACKAGES}}
    return {**found, **{f"plugin {name}": _plugin(name, environment) for name in _PLUGINS}}


def _plugin(name: str, environment: Mapping[str, str]) -> str:
    """Which plugin the engine would start for a package.

    One on PATH comes before all others and is of whatever version, so it counts by its content. Else the engine takes
    the one that is installed in the package's version.
    """
    ambient = shutil.which(f"pulumi-resource-{name}", path=environment.get("PATH"))
    if ambient is not None:
        return f"on PATH, SHA-256 {hashlib.sha256(Path(ambient).read_bytes()).hexdigest()[:16]}"
    home = environment.get("PULUMI_HOME") or str(Path(environment.get("HOME", "/")) / ".pulumi")
    wanted = metadata.version(f"pulumi-{name}")
    folder = Path(home) / "plugins" / f"resource-{name}-v{wanted}"
    return wanted if folder.is_dir() else "not installed"
