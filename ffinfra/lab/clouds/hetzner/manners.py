"""How the Hetzner API says what is wrong."""

from __future__ import annotations

import secrets

from ffinfra.lab.clouds.call import Answer
from ffinfra.lab.clouds.faults.kinds import FaultKind
from ffinfra.lab.clouds.hetzner.errors import HetznerError, refused, unauthorized


class HetznerManners:
    """Error bodies with code, message and details; bare answers for what a gateway would say."""

    def __init__(self, token: str, retry_after_seconds: int) -> None:
        self._authorization = f"Bearer {token}"
        self._retry_after = {"Retry-After": str(retry_after_seconds)}

    def refuse(self, authorization: str | None) -> Answer | None:
        """401 unless the token is right."""
        if secrets.compare_digest((authorization or "").encode(), self._authorization.encode()):
            return None
        return unauthorized().answer()

    def fault(self, kind: FaultKind) -> Answer:
        """The answer of a fault; the plugin retries rate limits, conflicts, bare 502 and 504 only."""
        match kind:
            case FaultKind.BAD_GATEWAY:
                return Answer(502)
            case FaultKind.GATEWAY_TIMEOUT | FaultKind.LOST_ANSWER:
                return Answer(504)
            case FaultKind.RATE_LIMITED:
                error = refused("rate_limit_exceeded", "limit of 3600 requests per hour reached", 429)
            case FaultKind.CONFLICT:
                error = refused("conflict", "the resource has changed during the request", 409)
            case FaultKind.LOCKED:
                error = refused("locked", "the resource is locked", 423)
            case FaultKind.UNAVAILABLE:
                error = refused("unavailable", "the service is not available at the moment", 503)
            case FaultKind.SERVER_ERROR | FaultKind.SLOW_ACTION | FaultKind.FAILING_ACTION:
                return self.bug()
        headers = self._retry_after if kind is FaultKind.RATE_LIMITED else {}
        return Answer(error.status, error.answer().body, headers)

    def failure(self, error: Exception) -> Answer | None:
        """The answer of a refusal."""
        return error.answer() if isinstance(error, HetznerError) else None

    def bug(self) -> Answer:
        """The answer to an error inside the service."""
        return refused("server_error", "error within the API", 500).answer()

    def nowhere(self, method: str, path: str, status: int) -> Answer:
        """The answer for an unknown path or method."""
        if status == 405:
            return refused("method_not_allowed", f"{method} is not allowed on {path}", 405).answer()
        return refused("not_found", f"no such path: {path}", 404).answer()
