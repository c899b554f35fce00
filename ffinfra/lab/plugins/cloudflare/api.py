"""Requests to the Cloudflare API, repeated as cloudflare-go 6 repeats them.

The official Python client does the transport, through its own low-level ``request`` methods and without its
retries: it would make two where the plugin makes ten, wait less, and sleep where Ctrl-C cannot wake it. It is
imported late: a preview asks nothing, and the import takes half a second.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.waiting import Waiter

if TYPE_CHECKING:
    import httpx
    from cloudflare import Cloudflare

RETRIES: Final = 10
_PAUSES: Final = (2.0, 4.0, 8.0, 16.0, 30.0)
_LONGEST_HEEDED: Final = 60.0
"""Seconds; a longer Retry-After is not heeded."""

Result = dict[str, Any]
"""The ``result`` of an answer."""


class HttpError(RemoteError):
    """Raised for an answer with an error status, which is told with its raw body."""

    def __init__(self, method: str, url: str, status: int, body: str) -> None:
        self.status = status
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        super().__init__(f'failed to make http request: {method} "{url}": {status} {phrase} {body}'.rstrip())


class SilentApiError(RemoteError):
    """Raised when no answer came."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    body: Result | None = None
    query: Mapping[str, object] | None = None


class Api:
    """The API with one token, or with none."""

    def __init__(self, base_url: str, token: str, waiter: Waiter) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._waiter = waiter
        self._made: Cloudflare | None = None
        self._lock = threading.Lock()

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        """GET; returns the result, which may be a list."""
        return self._ask(_Request("GET", path, query=query))

    def find(self, path: str) -> Result | None:
        """GET; None where the API answers 404."""
        try:
            found: Result = self.get(path)
        except HttpError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return found

    def post(self, path: str, body: Result) -> Result:
        """POST; returns the result."""
        return self._ask_for_one(_Request("POST", path, body))

    def put(self, path: str, body: Result) -> Result:
        """PUT; returns the result."""
        return self._ask_for_one(_Request("PUT", path, body))

    def patch(self, path: str, body: Result) -> Result:
        """PATCH; returns the result."""
        return self._ask_for_one(_Request("PATCH", path, body))

    def delete(self, path: str) -> None:
        """DELETE; the answer says nothing new."""
        self._ask(_Request("DELETE", path))

    def _ask_for_one(self, request: _Request) -> Result:
        found: Result = self._ask(request)
        return found

    def _ask(self, request: _Request) -> Any:  # noqa: ANN401
        for retries in range(RETRIES):
            answer = None
            with suppress(SilentApiError):
                answer = self._send(request)
            if answer is not None and not _worth_another_try(answer):
                return _result(request, answer)
            self._waiter.wait(_pause(retries, answer))
        return _result(request, self._send(request))

    def _send(self, request: _Request) -> httpx.Response:
        import httpx  # noqa: PLC0415
        from cloudflare import APIConnectionError, APIStatusError, Omit  # noqa: PLC0415

        client = self._client()
        options: Any = {"params": dict(request.query)} if request.query else {}
        if not self._token:
            options["headers"] = {"Authorization": Omit()}
        content = {} if request.body is None else {"body": request.body}
        send: Any = getattr(client, request.method.lower())
        try:
            answer: httpx.Response = send(request.path, cast_to=httpx.Response, options=options, **content)
        except APIStatusError as error:
            return error.response
        except APIConnectionError as error:
            where = f'{request.method} "{self._base_url}{request.path}"'
            text = f"failed to make http request: {where}: {error.__cause__ or error}"
            raise SilentApiError(text) from error
        return answer

    def _client(self) -> Cloudflare:
        with self._lock:
            if self._made is None:
                from cloudflare import Cloudflare  # noqa: PLC0415

                token = self._token or None
                self._made = Cloudflare(api_token=token, base_url=self._base_url, max_retries=0)
            return self._made


def _result(request: _Request, answer: httpx.Response) -> Any:  # noqa: ANN401
    if answer.is_error:
        raise HttpError(request.method, str(answer.request.url), answer.status_code, answer.text)
    try:
        return answer.json()["result"]
    except (ValueError, KeyError, TypeError) as error:
        where = f'{request.method} "{answer.request.url}"'
        text = f"failed to deserialize http request: {where}: {answer.text[:200]}"
        raise RemoteError(text) from error


def _worth_another_try(answer: httpx.Response) -> bool:
    return answer.status_code in (408, 409, 429) or answer.status_code >= 500


def _pause(retries: int, answer: httpx.Response | None) -> float:
    """What Retry-After asks for, in seconds or as a date; else longer and longer."""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    try:
        seconds = float(asked)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(asked).timestamp() - time.time()
        except (ValueError, TypeError):
            seconds = 0.0
    if 0 < seconds <= _LONGEST_HEEDED:
        return seconds
    return _PAUSES[min(retries, len(_PAUSES) - 1)]


def compact(value: object) -> str:
    """JSON as the state keeps it."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
