from __future__ import annotations

import socket

import pytest

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.hcloud.api import Api
from ffinfra.lab.plugins.hcloud.errors import told
from ffinfra.lab.plugins.remote import RemoteError
from tests.lab.plugins.fake_api import CountedWaiter, error
from tests.lab.plugins.verbs import Hcloud


@pytest.fixture
def api(hcloud: Hcloud) -> Api:
    return hcloud.settings.connection.api


def asked_until_it_fails(hcloud: Hcloud, api: Api) -> int:
    with pytest.raises(RemoteError):
        api.get("/zones/1")
    return len(hcloud.api.asked())


def test_the_token_and_a_user_agent_are_sent(hcloud: Hcloud, api: Api) -> None:
    hcloud.api.on("GET /zones/1", {"zone": {}})
    assert api.get("/zones/1") == {"zone": {}}
    headers = hcloud.api.headers[0]
    assert headers["Authorization"] == f"Bearer {'t' * 64}"
    assert headers["User-Agent"].startswith("ffinfra-lab-hcloud hcloud-python/")


@pytest.mark.parametrize("code", ["conflict", "rate_limit_exceeded", "timeout", "bad_gateway"])
def test_these_codes_are_asked_again_five_times(hcloud: Hcloud, api: Api, code: str) -> None:
    hcloud.api.on("GET /zones/1", error(409, code, "busy"))
    assert asked_until_it_fails(hcloud, api) == 6
    longest = [1, 2, 4, 8, 16]
    assert all(1 <= wait <= most for wait, most in zip(hcloud.waiter.waits, longest, strict=True))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "uniqueness_error"),
        (422, "invalid_input"),
        (423, "locked"),
        (423, "protected"),
        (500, "server_error"),
        (503, "unavailable"),
        (503, "maintenance"),
        (401, "unauthorized"),
        (403, "forbidden"),
    ],
)
def test_these_codes_fail_at_once(hcloud: Hcloud, api: Api, status: int, code: str) -> None:
    hcloud.api.on("GET /zones/1", error(status, code, "no"))
    assert asked_until_it_fails(hcloud, api) == 1


@pytest.mark.parametrize(("status", "requests"), [(502, 6), (504, 6), (429, 1), (503, 1), (500, 1)])
def test_bare_statuses(hcloud: Hcloud, api: Api, status: int, requests: int) -> None:
    hcloud.api.on("GET /zones/1", (status, None))
    assert asked_until_it_fails(hcloud, api) == requests


def test_errors_of_another_content_type_are_not_read(hcloud: Hcloud, api: Api) -> None:
    hcloud.api.content_type = "text/plain"
    hcloud.api.on("GET /zones/1", error(409, "conflict", "busy"))
    with pytest.raises(RemoteError, match="hcloud: server responded with status code 409"):
        api.get("/zones/1")
    assert len(hcloud.api.asked()) == 1


def test_retry_after_is_ignored(hcloud: Hcloud, api: Api) -> None:
    hcloud.api.answer_headers = {"Retry-After": "3600"}
    hcloud.api.on("GET /zones/1", error(429, "rate_limit_exceeded", "slow down"), {"zone": {}})
    assert api.get("/zones/1") == {"zone": {}}
    assert hcloud.waiter.waits == [1.0]


def test_a_refused_connection_is_told_and_not_repeated() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    waiter = CountedWaiter()
    with pytest.raises(RemoteError) as raised:
        Api(f"http://127.0.0.1:{port}", "t", waiter).get("/zones/1")
    assert str(raised.value) == f'GET "http://127.0.0.1:{port}/zones/1": Connection refused'
    assert waiter.waits == []


def test_an_answer_that_is_no_json_is_told(hcloud: Hcloud, api: Api) -> None:
    hcloud.api.on("GET /zones/1", (200, b"<html>"))
    with pytest.raises(RemoteError, match="not JSON"):
        api.get("/zones/1")


def test_the_correlation_id_is_in_the_text(hcloud: Hcloud, api: Api) -> None:
    hcloud.api.answer_headers = {"X-Correlation-Id": "c0ffee"}
    hcloud.api.on("GET /zones/1", error(423, "protected", "zone is protected"))
    with pytest.raises(RemoteError) as raised:
        api.get("/zones/1")
    assert str(told(raised.value, Family.SDK_V2)) == "zone is protected (protected, c0ffee)"


def test_invalid_input_is_told_field_by_field(hcloud: Hcloud, api: Api) -> None:
    details = {"fields": [{"name": "name", "messages": ["too long", "odd"]}]}
    hcloud.api.on("GET /zones/1", error(422, "invalid_input", "bad", details=details))
    with pytest.raises(RemoteError) as raised:
        api.get("/zones/1")
    assert str(told(raised.value, Family.SDK_V2)) == "bad (invalid_input): [name => [too long odd]]"
    assert str(told(raised.value, Family.FRAMEWORK)).splitlines() == [
        "Invalid field in API request: An invalid field was encountered during an API request.",
        "",
        "bad (invalid_input)",
        "",
        "Field: name",
        "Messages:",
        " - too long",
        " - odd",
        "Error code: invalid_input",
        "Status code: 422",
    ]


@pytest.mark.parametrize("family", list(Family))
def test_invalid_input_without_details_would_crash(hcloud: Hcloud, api: Api, family: Family) -> None:
    hcloud.api.on("GET /zones/1", error(422, "invalid_input", "bad"))
    with pytest.raises(RemoteError) as raised:
        api.get("/zones/1")
    assert str(told(raised.value, family)) == (
        "bad (invalid_input): the real plugin crashes here (interface conversion: interface {} is nil, not "
        "hcloud.ErrorDetailsInvalidInput). The API must send details.fields with invalid_input"
    )
