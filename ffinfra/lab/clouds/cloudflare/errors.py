"""What the Cloudflare API says when it refuses: a status and a list of coded errors in the usual envelope."""

from __future__ import annotations

from ffinfra.lab.clouds.call import Answer


class CloudflareError(Exception):
    """A refusal: HTTP status, code and message. The plugin retries 408, 409, 429 and 5xx, nothing else."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        self.status = status
        self.code = code
        super().__init__(message)

    def answer(self) -> Answer:
        """As an HTTP answer."""
        error = {"code": self.code, "message": str(self)}
        return Answer(self.status, {"success": False, "errors": [error], "messages": [], "result": None})


def no_token() -> CloudflareError:
    """The call has no Authorization header."""
    return CloudflareError(9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")


def wrong_token() -> CloudflareError:
    """The token is not known."""
    return CloudflareError(9109, "Invalid access token", 403)


def not_allowed() -> CloudflareError:
    """The token does not cover the account."""
    return CloudflareError(10000, "Authentication error", 403)


def no_such_path(path: str) -> CloudflareError:
    """A path or an identifier that cannot be."""
    return CloudflareError(
        7003, f"Could not route to /client/v4{path}, perhaps your object identifier is invalid?", 404
    )


def no_such_zone() -> CloudflareError:
    """There is no zone with this id."""
    return CloudflareError(1001, "Invalid zone identifier", 404)


def no_such_record() -> CloudflareError:
    """There is no record with this id."""
    return CloudflareError(81044, "Record does not exist.", 404)


def invalid_record(message: str, code: int = 1004) -> CloudflareError:
    """A record's field is wrong; 1004 is the API's general code for that."""
    return CloudflareError(code, message)
