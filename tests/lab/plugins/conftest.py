"""A configured stand-in on a fake API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ffinfra.lab.plugins.hcloud.settings import HcloudSettings
from ffinfra.provider.properties import Properties
from tests.lab.plugins.fake_api import CountedWaiter, FakeApi, served
from tests.lab.plugins.verbs import Hcloud


@pytest.fixture
def hcloud() -> Iterator[Hcloud]:
    waiter = CountedWaiter()
    settings = HcloudSettings(waiter=waiter)
    with served(FakeApi()) as api:
        settings.apply(Properties({"endpoint": f"{api.url}/", "token": "t" * 64}))
        yield Hcloud(settings, api, waiter)
