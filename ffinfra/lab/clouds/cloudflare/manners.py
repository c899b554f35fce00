"""How the Cloudflare API says what is wrong."""

from __future__ import annotations

import secrets

from ffinfra.lab.clouds.call import Answer
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError, no_such_path, no_token, wrong_token
from ffinfra.lab.clouds.faults.kinds import FaultKind
from ffinfra.problems import OperationalError


class CloudflareManners:
    """Errors in the usual envelope; bare answers for what a gateway would say."""

    def __init__(self, token: str, retry_after_seconds: int) -> None:
        self._authorization = f"Bearer {token}"
        self._retry_after = {"Retry-After": str(retry_after_seconds)}

    def refuse(self, authorization: str | None) -> Answer | None:
        """400 without a token, 403 with a wrong one."""
        if authorization is None:
            return no_token().answer()
        if secrets.compare_digest(authorization.encode(), self._authorization.encode()):
            return None
        return wrong_token().answer()

    def fault(self, kind: FaultKind) -> Answer:
        """The answer of a fault; the plugin retries 409, 429 and 5xx and obeys Retry-After."""
        match kind:
            case FaultKind.RATE_LIMITED:
                limited = CloudflareError(971, "Please wait and consider throttling your request speed", 429)
                return Answer(429, limited.answer().body, self._retry_after)
            case FaultKind.CONFLICT | FaultKind.LOCKED:
                status = 409 if kind is FaultKind.CONFLICT else 423
                return CloudflareError(1000, "The resource is being changed", status).answer()
            case FaultKind.UNAVAILABLE:
                return Answer(503)
            case FaultKind.BAD_GATEWAY:
                return Answer(502)
            case FaultKind.GATEWAY_TIMEOUT | FaultKind.LOST_ANSWER:
                return Answer(504)
            case FaultKind.SERVER_ERROR | FaultKind.SLOW_ACTION | FaultKind.FAILING_ACTION:
                return self.bug()

    def failure(self, error: Exception) -> Answer | None:
        """The answer of a refusal, or of nameservers that do not serve."""
        if isinstance(error, CloudflareError):
            return error.answer()
        if isinstance(error, OperationalError):
            return CloudflareError(1002, str(error), 500).answer()
        return None

    def bug(self) -> Answer:
        """The answer to an error inside the service."""
        return CloudflareError(1002, "An internal error occurred", 500).answer()

    def nowhere(self, method: str, path: str, status: int) -> Answer:
        """The answer for an unknown path or method."""
        if status == 405:
            return CloudflareError(10405, f"Method {method} not allowed for this URI", 405).answer()
        return no_such_path(path).answer()
