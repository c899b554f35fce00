"""What the Hetzner API says when it refuses (https://docs.hetzner.cloud/reference/cloud#errors)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ffinfra.lab.clouds.call import Answer, JsonObject


class HetznerError(Exception):
    """A refusal: HTTP status, code, message and details. The plugin retries some codes and not others."""

    def __init__(self, status: int, code: str, message: str, details: JsonObject | None = None) -> None:
        self.status = status
        self.code = code
        self.details = {} if details is None else details
        super().__init__(message)

    def answer(self) -> Answer:
        """As an HTTP answer."""
        error: JsonObject = {"code": self.code, "message": str(self), "details": self.details}
        return Answer(self.status, {"error": error})


def unauthorized() -> HetznerError:
    """The token is missing or wrong."""
    return HetznerError(401, "unauthorized", "unable to authenticate")


def not_found(kind: str, identifier: int | str) -> HetznerError:
    """There is no such object."""
    return HetznerError(404, "not_found", f"{kind} with ID or name '{identifier}' not found")


def invalid_input(fields: Mapping[str, Sequence[str]]) -> HetznerError:
    """Fields of the request are wrong: name of the field -> what is wrong.

    ``details.fields`` is always there: half of the plugin crashes without it.
    """
    details: JsonObject = {
        "fields": [{"name": name, "messages": list(said)} for name, said in fields.items()]
    }
    names = ", ".join(f"'{name}'" for name in fields)
    return HetznerError(422, "invalid_input", f"invalid input in field {names}", details)


def uniqueness_error(kind: str, field: str) -> HetznerError:
    """Another object has this name (or key) already."""
    details: JsonObject = {"fields": [{"name": field}]}
    return HetznerError(409, "uniqueness_error", f"{kind} {field} is already used", details)


def protected(kind: str, against: str) -> HetznerError:
    """The object is protected against being deleted, rebuilt or changed."""
    return HetznerError(423, "protected", f"{kind} is {against} protected")


def locked(kind: str) -> HetznerError:
    """An action is running on the object."""
    return HetznerError(423, "locked", f"{kind} is locked: another action is running on it")


def conflict(kind: str) -> HetznerError:
    """The object is being changed right now."""
    return HetznerError(409, "conflict", f"{kind} is being changed, try again")


def refused(code: str, message: str, status: int = 422) -> HetznerError:
    """A refusal with a code of its own, such as ``server_not_stopped``."""
    return HetznerError(status, code, message)
