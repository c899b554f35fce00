"""The program that runs on a machine during a rollout: ``ffinfra.machine`` and what it needs, as one archive."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]

MODULES: Final = (
    "__init__.py",
    "problems.py",
    "hosts/__init__.py",
    "hosts/configuration.py",
    "hosts/validators.py",
    "machine/__init__.py",
    "machine/__main__.py",
    "machine/files.py",
    "machine/links.py",
    "machine/notes.py",
    "machine/request.py",
    "machine/rollout.py",
    "machine/units.py",
    "provider/__init__.py",
    "provider/host_transport.py",
    "provider/validation.py",
)
"""All that is sent; none of it may need more than Python's standard library."""

_START: Final = """\
import runpy
import sys

sys.exit(runpy.run_module("ffinfra.machine", run_name="__main__"))
"""


def machine_program(request: Mapping[str, Any]) -> bytes:
    """The archive with a request in it, for ``python3 machine.pyz`` (zipapp; Python 3.11 or newer)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for module in MODULES:
            archive.writestr(f"ffinfra/{module}", (_PACKAGE / module).read_text("utf-8"))
        archive.writestr("__main__.py", _START)
        archive.writestr("request.json", json.dumps(request))
    return buffer.getvalue()
