"""The one class of pulumi_cloudflare that we use, without the seven hundred that we do not.

Importing the whole package takes 1.7 s of every preview and update, in an emergency too; its module
``dns_record`` alone takes 0.8 s. So the package's ``__init__`` is not run. It is the official class all the same.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_cloudflare import DnsRecord
else:

    def _module_alone(package: str, module: str) -> ModuleType:
        """Import one module of a package without running the package itself, unless that was done already."""
        if package in sys.modules:
            return importlib.import_module(f"{package}.{module}")
        spec = importlib.util.find_spec(package)
        if spec is None:
            raise ModuleNotFoundError(f"{package} is not installed; run make setup", name=package)
        sys.modules[package] = importlib.util.module_from_spec(spec)
        try:
            return importlib.import_module(f"{package}.{module}")
        finally:
            del sys.modules[package]

    DnsRecord = _module_alone("pulumi_cloudflare", "dns_record").DnsRecord

__all__ = ["DnsRecord"]
