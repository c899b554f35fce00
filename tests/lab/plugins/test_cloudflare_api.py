from __future__ import annotations

import socket
from email.utils import formatdate
from time import time

import pytest

from ffinfra.lab.plugins.cloudflare.api import Api
from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.provider.properties import Properties
from tests.lab.plugins.fake_api import CountedWaiter, FakeApi, served
from tests.lab.plugins.verbs import Cloudflare

PATIENCE = [2, 4, 8, 16, 30, 30, 30, 30, 30, 30]


def failed(status: int) -> tuple[int, dict[str, object]]:
    return status, {"success": False, "errors": [{"code": 1000, "message": "no"}]}


def test_the_token_is_sent(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("GET /zones/z", {"result": {"id": "z"}})
    assert cloudflare.settings.api.get("/zones/z") == {"id": "z"}
    assert cloudflare.api.headers[0]["Authorization"] == f"Bearer {'t' * 40}"


def test_without_a_token_none_is_sent_and_nobody_complains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN", raising=False)
    settings = CloudflareSettings(CountedWaiter())
    with served(FakeApi()) as fake:
        arguments = Properties({"baseUrl": fake.url})
        assert list(settings.check(arguments)) == []
        settings.apply(arguments)
        fake.on("GET /zones/z", {"result": {}})
        assert settings.api.get("/zones/z") == {}
        assert "Authorization" not in fake.headers[0]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_these_are_asked_again_ten_times(cloudflare: Cloudflare, status: int) -> None:
    cloudflare.api.on("GET /zones/z", failed(status))
    with pytest.raises(RemoteError):
        cloudflare.settings.api.get("/zones/z")
    assert (len(cloudflare.api.asked()), cloudflare.waiter.waits) == (11, PATIENCE)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_these_fail_at_once_and_are_told_raw(cloudflare: Cloudflare, status: int) -> None:
    cloudflare.api.on("GET /zones/z", failed(status))
    with pytest.raises(RemoteError) as raised:
        cloudflare.settings.api.get("/zones/z")
    phrase = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}[status]
    assert str(raised.value) == (
        f'failed to make http request: GET "{cloudflare.api.url}/zones/z": {status} {phrase} '
        '{"success": false, "errors": [{"code": 1000, "message": "no"}]}'
    )
    assert len(cloudflare.api.asked()) == 1


def test_retry_after_is_obeyed(cloudflare: Cloudflare) -> None:
    cloudflare.api.answer_headers = {"Retry-After": "7"}
    cloudflare.api.on("GET /zones/z", failed(429), {"result": {}})
    cloudflare.settings.api.get("/zones/z")
    cloudflare.api.answer_headers = {"Retry-After": formatdate(time() + 20, usegmt=True)}
    cloudflare.api.on("GET /zones/z", failed(429), {"result": {}})
    cloudflare.settings.api.get("/zones/z")
    seconds, until = cloudflare.waiter.waits
    assert seconds == 7
    assert 15 < until <= 20


def test_a_refused_connection_is_tried_ten_times_more() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    waiter = CountedWaiter()
    with pytest.raises(RemoteError, match=f'GET "http://127.0.0.1:{port}/zones/z": .*Connection refused'):
        Api(f"http://127.0.0.1:{port}", "t", waiter).get("/zones/z")
    assert waiter.waits == PATIENCE


def test_an_answer_without_a_result_is_told(cloudflare: Cloudflare) -> None:
    cloudflare.api.on("GET /zones/z", {"success": True})
    with pytest.raises(RemoteError, match="failed to deserialize http request"):
        cloudflare.settings.api.get("/zones/z")


def test_provider_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDFLARE_BASE_URL", raising=False)
    refused = CloudflareSettings().check(Properties({"apiToken": "short", "apiKey": "k"}))
    assert [f"{item.property}: {item.reason}" for item in refused] == [
        (
            "apiToken: API tokens have 40 to 80 characters and only contain a-z, A-Z, 0-9, hyphens and "
            "underscores"
        ),
        "apiKey: is not supported by the lab's stand-in: the lab knows API tokens only",
        (
            "baseUrl: no API is given: this is the lab's stand-in for the plugin cloudflare, which never talks "
            "to the real API. Set CLOUDFLARE_BASE_URL or the provider argument baseUrl to the lab's"
        ),
    ]
    with pytest.raises(RemoteError, match="never talks to the real API"):
        CloudflareSettings().apply(Properties())
