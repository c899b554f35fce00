"""Requests to the Hetzner Cloud API, repeated as hcloud-go 2.44.0 repeats them.

The official Python client does the transport: its ``Client.request``. Its own error handling and retries are
kept out by a response hook, because it forgets the HTTP status (which the plugin's texts show), reads errors
of any content type (hcloud-go: JSON only) and sleeps where Ctrl-C cannot wake it. Its resource classes are
not used: they drop what they do not know and ask the network when an attribute is read. It is imported late:
a preview asks nothing, and the import takes 0.2 s.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ffinfra.lab.plugins.hcloud.errors import ApiError, StatusError, error_from_body
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.waiting import Waiter, exponential

if TYPE_CHECKING:
    import requests
    from hcloud import Client

RETRIES: Final = 5
"""After the first try, so six requests in all (hcloud-go, client.go)."""

_RETRIED_CODES: Final = frozenset({"conflict", "rate_limit_exceeded", "timeout", "bad_gateway"})
_RETRIED_STATUSES: Final = frozenset({502, 504})

Query = Sequence[tuple[str, str | int]]
"""The parameters after the question mark, in the order in which they are sent."""

Answer = dict[str, Any]
"""A decoded JSON answer."""


class SilentApiError(RemoteError):
    """Raised when no answer came: refused, reset, or the name is unknown."""


class Api:
    """The API of one project."""

    def __init__(self, endpoint: str, token: str, waiter: Waiter, *, version: str = "") -> None:
        self._endpoint = endpoint.rstrip("/")
        self._token = token
        self._version = version
        self._waiter = waiter
        self._local = threading.local()

    def get(self, path: str, query: Query = ()) -> Answer:
        """GET one thing or one page."""
        return self._ask("GET", path, query=query)

    def find(self, path: str, query: Query = ()) -> Answer | None:
        """GET one thing; None where the API says ``not_found``."""
        try:
            return self._ask("GET", path, query=query)
        except ApiError as error:
            if error.code == "not_found":
                return None
            raise

    def post(self, path: str, body: Answer | None = None) -> Answer:
        """POST; without a body none is sent."""
        return self._ask("POST", path, body)

    def put(self, path: str, body: Answer) -> Answer:
        """PUT."""
        return self._ask("PUT", path, body)

    def delete(self, path: str) -> Answer:
        """DELETE; the answer may be empty."""
        return self._ask("DELETE", path)

    def delete_if_there(self, path: str) -> Answer:
        """DELETE; what is ``not_found`` is gone, which is good."""
        try:
            return self.delete(path)
        except ApiError as error:
            if error.code == "not_found":
                return {}
            raise

    def _ask(self, method: str, path: str, body: Answer | None = None, query: Query = ()) -> Answer:
        retries = 0
        while True:
            try:
                return self._ask_once(method, path, body, query)
            except RemoteError as error:
                if retries >= RETRIES or not _worth_another_try(error):
                    raise
                # Full jitter between the base and the backoff; Retry-After is not heeded, as in hcloud-go.
                longest = exponential(retries, base=1, cap=60)
                self._waiter.wait(random.uniform(1, longest))  # noqa: S311
                retries += 1

    def _ask_once(self, method: str, path: str, body: Answer | None, query: Query) -> Answer:
        import requests  # noqa: PLC0415
        from hcloud import HCloudException  # noqa: PLC0415

        extras: Answer = {} if body is None else {"json": body}
        try:
            return self._client().request(
                method, path, params=list(query), hooks={"response": _raise_for_error}, **extras
            )
        except requests.exceptions.RequestException as error:
            raise SilentApiError(f'{method} "{self._endpoint}{path}": {_innermost(error)}') from error
        except HCloudException as error:
            raise RemoteError(f'{method} "{self._endpoint}{path}": not JSON: {error}') from error

    def _client(self) -> Client:
        """One client a thread: its session is not meant to be shared."""
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            from hcloud import Client  # noqa: PLC0415

            client = Client(
                self._token,
                self._endpoint,
                application_name="ffinfra-lab-hcloud",
                application_version=self._version or None,
            )
            self._local.client = client
        return client


def _raise_for_error(response: requests.Response, **_: object) -> None:
    if response.status_code < 400:
        return
    body = None
    if response.headers.get("Content-Type", "").startswith("application/json"):
        try:
            body = response.json()
        except ValueError:
            body = None
    raise error_from_body(response.status_code, body, response.headers.get("X-Correlation-Id"))


def _worth_another_try(error: RemoteError) -> bool:
    if isinstance(error, ApiError):
        return error.code in _RETRIED_CODES
    return isinstance(error, StatusError) and error.status in _RETRIED_STATUSES


def _innermost(error: BaseException) -> str:
    """The operating system's own words, such as "Connection refused", where there are any."""
    found, text = error.__cause__ or error.__context__, str(error)
    while found is not None:
        if isinstance(found, OSError) and found.strerror:
            text = found.strerror
        found = found.__cause__ or found.__context__
    return text
