"""Fixtures of the DNS tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ffinfra", deadline=None, max_examples=40)
settings.load_profile("ffinfra")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with recorded data beside the repository.

    It is not part of the repository: where it is absent tests are skipped, but not where CI promises it.
    """
    path = Path(__file__).resolve().parents[3] / "shared" / "data"
    if path.is_dir():
        return path
    if os.environ.get("CI") == "true" and os.environ.get("FFINFRA_REQUIRE_SHARED") == "1":
        pytest.fail(f"{path} is missing")
    pytest.skip(f"{path} is missing; it holds real zones and recordings")
