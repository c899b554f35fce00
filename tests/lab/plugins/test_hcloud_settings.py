from __future__ import annotations

from typing import Any

import pytest

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.hcloud.settings import BAD_TOKEN, MISSING_TOKEN, HcloudSettings
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import UNKNOWN, Properties

GOOD = {"token": "t" * 64, "endpoint": "http://127.0.0.1:18081/v1"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HCLOUD_TOKEN", "HCLOUD_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def refused(**arguments: Any) -> list[str]:
    found = HcloudSettings().check(Properties(arguments))
    return [f"{item.property}: {item.reason}" for item in found]


def test_what_is_refused_at_preview() -> None:
    assert refused(**GOOD) == []
    assert refused(**GOOD | {"token": "short"}) == [f"token: {BAD_TOKEN}"]
    assert refused() == [
        f"token: {MISSING_TOKEN}",
        (
            "endpoint: no API is given: this is the lab's stand-in for the plugin hcloud, which never talks to "
            "the real API. Set HCLOUD_ENDPOINT or the provider argument endpoint to the lab's"
        ),
    ]
    assert refused(**GOOD, pollFunction="linear", pollInterval="soon", endpointHetzner="http://x") == [
        "pollFunction: must be one of constant, exponential, not 'linear'",
        "pollInterval: 'soon' is no duration like 500ms",
        (
            "endpointHetzner: is not supported by the lab's stand-in: "
            "it is the API of storage boxes, which the lab has not"
        ),
    ]


@pytest.mark.parametrize("url", ["https://api.hetzner.cloud/v1", "http://192.0.2.1/v1", "nonsense"])
def test_only_the_lab_is_talked_to(url: str) -> None:
    (reason,) = refused(**GOOD | {"endpoint": url})
    assert reason.startswith(f"endpoint: '{url}' is not on loopback")
    for ours in ("http://localhost:1/v1", "http://[::1]:1/v1", "http://127.0.0.2:1/v1/"):
        assert refused(**GOOD | {"endpoint": ours}) == []


def test_what_is_not_known_yet_is_not_refused() -> None:
    assert refused(token=UNKNOWN, endpoint=UNKNOWN) == []


def test_the_environment_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCLOUD_TOKEN", "short")
    monkeypatch.setenv("HCLOUD_ENDPOINT", GOOD["endpoint"])
    assert refused() == [f"token: {BAD_TOKEN}"]
    monkeypatch.setenv("HCLOUD_TOKEN", "t" * 64)
    assert refused() == []


def test_destroy_and_refresh_come_without_a_check() -> None:
    with pytest.raises(RemoteError, match=r"entered token is invalid \(must be exactly 64 characters long\)"):
        HcloudSettings().apply(Properties(GOOD | {"token": "short"}))


@pytest.mark.parametrize(
    ("arguments", "older", "framework"),
    [
        ({}, [0.5, 1, 60], [0.5, 1, 10]),
        ({"pollInterval": "1m30s"}, [60, 60, 60], [60, 60, 60]),
        ({"pollInterval": "20ms", "pollFunction": "constant"}, [0.02, 0.02, 0.02], [0.02, 0.02, 0.02]),
        ({"pollInterval": "20ms"}, [0.02, 0.04, 20.48], [0.02, 0.04, 20.48]),
    ],
)
def test_pauses(arguments: dict[str, str], older: list[float], framework: list[float]) -> None:
    settings = HcloudSettings()
    settings.apply(Properties(GOOD | arguments))
    pauses = settings.connection.pauses
    assert [pauses[Family.SDK_V2](polls) for polls in (0, 1, 10)] == older
    assert [pauses[Family.FRAMEWORK](polls) for polls in (0, 1, 10)] == framework
