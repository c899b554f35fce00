"""The arguments of the provider hcloud: from the program, else from the environment."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ffinfra.lab.plugins.checking import refusals
from ffinfra.lab.plugins.endpoints import refused_endpoint
from ffinfra.lab.plugins.fields import Family, Field, Fields
from ffinfra.lab.plugins.hcloud.actions import Actions, Pause
from ffinfra.lab.plugins.hcloud.api import Api
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import own
from ffinfra.lab.plugins.waiting import Waiter, exponential
from ffinfra.provider.properties import UNKNOWN, Properties, Value
from ffinfra.provider.resource_type import Refusal, Settings

TOKEN_LENGTH: Final = 64
MISSING_TOKEN: Final = (
    "Missing Hetzner Cloud API token: give the provider argument token or set HCLOUD_TOKEN in the environment"
)
BAD_TOKEN: Final = f"entered token is invalid (must be exactly {TOKEN_LENGTH} characters long)"

ARGUMENTS: Final[Fields] = {
    "endpoint": Field(),
    "endpointHetzner": Field(unsupported="it is the API of storage boxes, which the lab has not"),
    "pollFunction": Field(allowed=("constant", "exponential")),
    "pollInterval": Field(
        refusal=lambda value: "" if _seconds(value) else f"{value!r} is no duration like 500ms"
    ),
    "token": Field(),
}

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Connection:
    """What the resource types work with.

    Attributes:
        api: the requests.
        waiter: the clock.
        pauses: how long to wait before each poll of an action; the families differ in the longest.
    """

    api: Api
    waiter: Waiter
    pauses: Mapping[Family, Pause]

    def actions(self, family: Family) -> Actions:
        """The waiting for actions as this family does it."""
        return Actions(self.api, self.waiter, self.pauses[family])


class HcloudSettings(Settings):
    """Checks the arguments and opens the connection."""

    def __init__(self, version: str = "", waiter: Waiter | None = None) -> None:
        self._version = version
        self._waiter = waiter or Waiter()
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    @property
    def connection(self) -> Connection:
        """The connection.

        Raises:
            RemoteError: the engine has not configured the plugin yet.
        """
        with self._lock:
            if self._connection is None:
                raise RemoteError("the plugin hcloud was asked for something before it was configured")
            return self._connection

    def check(self, arguments: Properties) -> Sequence[Refusal]:
        """Refuse at preview: unknown arguments, and tokens of the wrong shape wherever they come from."""
        values = _arguments(arguments)
        return [*refusals(ARGUMENTS, values), *_refused_token(values), *_refused_endpoint(values)]

    def apply(self, arguments: Properties) -> None:
        """Open the connection; destroy and refresh come here without a check."""
        values = _arguments(arguments)
        refused = [*_refused_token(values), *_refused_endpoint(values)]
        if refused:
            raise RemoteError("; ".join(refusal.reason for refusal in refused))
        api = Api(
            _given(values, "endpoint", "HCLOUD_ENDPOINT"),
            _given(values, "token", "HCLOUD_TOKEN"),
            self._waiter,
            version=self._version,
        )
        with self._lock:
            self._connection = Connection(api, self._waiter, _pauses(values))

    def cancel(self) -> None:
        """End all waiting."""
        self._waiter.cancel()


def _arguments(arguments: Properties) -> dict[str, Value]:
    """The plugin's own arguments; the engine's ``version`` and ``__internal`` are not ours."""
    return {key: value for key, value in own(arguments.values).items() if key != "version"}


def _given(values: Mapping[str, Value], key: str, variable: str) -> str:
    return str(values.get(key) or os.environ.get(variable, ""))


def _refused_token(values: Mapping[str, Value]) -> Iterator[Refusal]:
    if values.get("token") is UNKNOWN:
        return
    token = _given(values, "token", "HCLOUD_TOKEN")
    if not token:
        yield Refusal("token", MISSING_TOKEN)
    elif len(token) != TOKEN_LENGTH:
        yield Refusal("token", BAD_TOKEN)


def _refused_endpoint(values: Mapping[str, Value]) -> Iterator[Refusal]:
    if values.get("endpoint") is UNKNOWN:
        return
    url = _given(values, "endpoint", "HCLOUD_ENDPOINT")
    reason = refused_endpoint(url, "hcloud", "HCLOUD_ENDPOINT", "endpoint")
    if reason:
        yield Refusal("endpoint", reason)


def _pauses(values: Mapping[str, Value]) -> dict[Family, Pause]:
    """Half a second, doubled up to 60 s by the older family and 10 s by the framework, or as asked for."""
    given = values.get("pollInterval")
    interval = _seconds(given) if given else 0.5
    if given and values.get("pollFunction") == "constant":
        return dict.fromkeys(Family, lambda _: interval)
    framework_cap = 60.0 if given else 10.0
    return {
        Family.SDK_V2: lambda polls: exponential(polls, base=interval, cap=60.0),
        Family.FRAMEWORK: lambda polls: exponential(polls, base=interval, cap=framework_cap),
    }


def _seconds(duration: str) -> float:
    """Seconds of a Go duration such as ``1m30s``; 0 where it is none (pkg.go.dev/time, ParseDuration)."""
    parts = _DURATION.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration:
        return 0.0
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
