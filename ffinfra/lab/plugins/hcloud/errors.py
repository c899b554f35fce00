"""What the Hetzner Cloud API says is wrong, and how the two families of the plugin word it.

Sources: hcloud-go 2.44.0, error.go; terraform-provider-hcloud 1.66.1, internal/util/hcloudutil.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.remote import RemoteError, StandInError, WouldCrashError


class ApiError(RemoteError):
    """Raised for an answer with an error body.

    Attributes:
        status: the HTTP status.
        code: such as ``not_found``.
        message: the API's own words.
        fields: for ``invalid_input``, the messages of each field; None when the API sent no details.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        correlation_id: str | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.fields = fields
        inner = f"{code}, {correlation_id}" if correlation_id else code
        super().__init__(f"{message} ({inner})")


class StatusError(RemoteError):
    """Raised for an error status without an error body that can be read."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"hcloud: server responded with status code {status}")


@dataclass(frozen=True, slots=True)
class FailedAction:
    """An action that ended in an error (https://docs.hetzner.cloud/reference/cloud#actions)."""

    id: int
    command: str
    code: str
    message: str
    resources: tuple[tuple[str, int], ...] = ()


class ActionFailedError(RemoteError):
    """Raised when actions ended in errors."""

    def __init__(self, actions: Sequence[FailedAction]) -> None:
        self.actions = tuple(actions)
        first = self.actions[0]
        super().__init__(f"{first.message} ({first.code}, {first.id})")


def code_of(error: RemoteError) -> str:
    """The API's code, empty where there is none."""
    return error.code if isinstance(error, ApiError) else ""


def told(error: RemoteError, family: Family) -> RemoteError:
    """The error as a person sees it."""
    if isinstance(error, StandInError):
        return error
    if isinstance(error, ApiError) and error.code == "invalid_input" and error.fields is None:
        crash = "interface conversion: interface {} is nil, not hcloud.ErrorDetailsInvalidInput"
        way_out = "The API must send details.fields with invalid_input"
        return WouldCrashError(str(error), crash, way_out)
    return RemoteError(_told_by_sdk(error) if family is Family.SDK_V2 else _told_by_framework(error))


def _told_by_sdk(error: RemoteError) -> str:
    if isinstance(error, ApiError) and error.code == "invalid_input" and error.fields is not None:
        fields = " ".join(f"{name} => [{' '.join(said)}]" for name, said in error.fields.items())
        return f"{error}: [{fields}]"
    return str(error)


def _told_by_framework(error: RemoteError) -> str:
    if isinstance(error, ActionFailedError):
        return "\n".join(_told_action(action) for action in error.actions)
    if isinstance(error, ApiError) and error.code == "invalid_input" and error.fields:
        return "\n".join(_told_field(error, name, said) for name, said in error.fields.items())
    lines = ["API request failed: An unexpected error was encountered during an API request.", "", str(error)]
    if isinstance(error, ApiError):
        lines += ["", f"Error code: {error.code}", f"Status code: {error.status}"]
    return "\n".join(lines)


def _told_action(action: FailedAction) -> str:
    lines = ["Action failed: An API action for the resource failed."]
    if action.message:
        lines += ["", action.message]
    resources = ", ".join(f"{kind}: {number}" for kind, number in action.resources)
    lines += ["", f"Error code: {action.code}", f"Command: {action.command}"]
    return "\n".join([*lines, f"ID: {action.id}", f"Resources: {resources}"])


def _told_field(error: ApiError, name: str, said: Sequence[str]) -> str:
    lines = [
        "Invalid field in API request: An invalid field was encountered during an API request.",
        "",
        str(error),
        "",
        f"Field: {name}",
        "Messages:",
        *(f" - {message}" for message in said),
        f"Error code: {error.code}",
        f"Status code: {error.status}",
    ]
    return "\n".join(lines)


def error_from_body(status: int, body: Any, correlation_id: str | None) -> RemoteError:  # noqa: ANN401
    """Read an error answer; what has neither code nor message is known by its status only."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not (error.get("code") or error.get("message")):
        return StatusError(status)
    details = error.get("details")
    fields = None
    if isinstance(details, dict):
        fields = {item["name"]: item.get("messages") or [] for item in details.get("fields") or []}
    return ApiError(
        status,
        error.get("code", ""),
        error.get("message", ""),
        fields=fields,
        correlation_id=correlation_id,
    )
