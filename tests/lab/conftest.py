"""What tests of the lab share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder near the root: sockets lie deep in a lab, and the path of a socket has 107 octets at most."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        yield Path(folder)
