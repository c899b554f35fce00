"""The arguments of the provider cloudflare: from the program, else from the environment."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from ffinfra.lab.plugins.checking import refusals
from ffinfra.lab.plugins.cloudflare.api import Api
from ffinfra.lab.plugins.endpoints import refused_endpoint
from ffinfra.lab.plugins.fields import Field, Fields
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import own
from ffinfra.lab.plugins.waiting import Waiter
from ffinfra.provider.properties import UNKNOWN, Properties, Value
from ffinfra.provider.resource_type import Refusal, Settings

_TOKENS_ONLY: Final = "the lab knows API tokens only"
_TOKEN: Final = re.compile(r"[0-9A-Za-z\-_]{40,80}")


def _refused_token(value: Value) -> str:
    if _TOKEN.fullmatch(value):
        return ""
    return "API tokens have 40 to 80 characters and only contain a-z, A-Z, 0-9, hyphens and underscores"


ARGUMENTS: Final[Fields] = {
    "apiKey": Field(unsupported=_TOKENS_ONLY),
    "apiToken": Field(refusal=_refused_token),
    "apiUserServiceKey": Field(unsupported=_TOKENS_ONLY),
    "baseUrl": Field(),
    "email": Field(unsupported=_TOKENS_ONLY),
    "userAgentOperatorSuffix": Field(unsupported="nobody reads it in the lab"),
}


class CloudflareSettings(Settings):
    """Checks the arguments and opens the connection. A token may lack: then none is sent."""

    def __init__(self, waiter: Waiter | None = None) -> None:
        self._waiter = waiter or Waiter()
        self._api: Api | None = None
        self._lock = threading.Lock()

    @property
    def api(self) -> Api:
        """The requests.

        Raises:
            RemoteError: the engine has not configured the plugin yet.
        """
        with self._lock:
            if self._api is None:
                raise RemoteError("the plugin cloudflare was asked for something before it was configured")
            return self._api

    def check(self, arguments: Properties) -> Sequence[Refusal]:
        """Refuse at preview; only a token given by the program is looked at, as the real plugin does."""
        values = _arguments(arguments)
        found = list(refusals(ARGUMENTS, values))
        reason = "" if values.get("baseUrl") is UNKNOWN else _refused_base_url(values)
        return [*found, Refusal("baseUrl", reason)] if reason else found

    def apply(self, arguments: Properties) -> None:
        """Open the connection."""
        values = _arguments(arguments)
        reason = _refused_base_url(values)
        if reason:
            raise RemoteError(reason)
        api = Api(
            _given(values, "baseUrl", "CLOUDFLARE_BASE_URL"),
            _given(values, "apiToken", "CLOUDFLARE_API_TOKEN"),
            self._waiter,
        )
        with self._lock:
            self._api = api

    def cancel(self) -> None:
        """End all waiting."""
        self._waiter.cancel()


def _arguments(arguments: Properties) -> dict[str, Value]:
    """The plugin's own arguments; the engine's ``version`` and ``__internal`` are not ours."""
    return {key: value for key, value in own(arguments.values).items() if key != "version"}


def _refused_base_url(values: Mapping[str, Value]) -> str:
    url = _given(values, "baseUrl", "CLOUDFLARE_BASE_URL")
    return refused_endpoint(url, "cloudflare", "CLOUDFLARE_BASE_URL", "baseUrl")


def _given(values: Mapping[str, Value], key: str, variable: str) -> str:
    return str(values.get(key) or os.environ.get(variable, ""))
