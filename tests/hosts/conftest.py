"""A supernode in namespaces, for the modules that send it packets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.supernode_namespaces import Supernode, supernode_namespaces


@pytest.fixture(scope="module")
def supernode() -> Iterator[Supernode]:
    with supernode_namespaces() as made:
        yield made
