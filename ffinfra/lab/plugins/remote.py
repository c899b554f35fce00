"""What can go wrong between a plugin and its API, told as the official plugin tells it."""

from __future__ import annotations

from ffinfra.problems import OperationalError


class RemoteError(OperationalError):
    """Raised when an API refuses or is silent; its text is what the official plugin would say."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "")
        self.args = (text,)

    def __str__(self) -> str:
        return self.what


class StandInError(RemoteError):
    """Raised where the official plugin goes no further, for a reason of its own; told as it is."""


class LostError(StandInError):
    """Raised where the official plugin saves nothing of what it was about."""


class WouldCrashError(LostError):
    """Raised where the official plugin would end in a Go panic and take the whole run with it."""

    def __init__(self, where: str, panic: str, way_out: str) -> None:
        super().__init__(f"{where}: the real plugin crashes here ({panic}). {way_out}")


class CancelledError(OperationalError):
    """Raised when a person ended the run while we were waiting."""

    def __init__(self) -> None:
        super().__init__("cancelled while waiting for the API", "Run `pulumi refresh` before the next update")
