"""Configured stand-ins on fake APIs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.hcloud.settings import HcloudSettings
from ffinfra.provider.properties import Properties
from tests.lab.plugins.fake_api import CountedWaiter, FakeApi, served
from tests.lab.plugins.verbs import Cloudflare, Hcloud


@pytest.fixture
def hcloud() -> Iterator[Hcloud]:
    waiter = CountedWaiter()
    settings = HcloudSettings(waiter=waiter)
    with served(FakeApi()) as api:
        settings.apply(Properties({"endpoint": f"{api.url}/", "token": "t" * 64}))
        yield Hcloud(settings, api, waiter)


@pytest.fixture
def cloudflare() -> Iterator[Cloudflare]:
    waiter = CountedWaiter()
    settings = CloudflareSettings(waiter)
    with served(FakeApi(), prefix="/client/v4") as api:
        settings.apply(Properties({"baseUrl": api.url, "apiToken": "t" * 40}))
        yield Cloudflare(settings, api, waiter)
