"""Asking whether a credential really is as noted: the certificate's file, the API of a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import httpx

from ffinfra.network.api_endpoints import cloudflare_endpoint, hetzner_endpoint
from ffinfra.network.api_tokens import api_token
from ffinfra.network.certificates import last_day_of
from ffinfra.network.credentials import Credential, TokenVariable
from ffinfra.problems import OperationalError

TIMEOUT = 20.0
"""Seconds for one question."""


class Liveness(StrEnum):
    """What the world says of a credential."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """It names a file or a variable, and that question had no answer."""
    NOTHING_TO_ASK = "nothing to ask"
    """It names neither, as a domain, a key or a contract cannot: only its noted day counts."""


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """An answer, and why."""

    liveness: Liveness
    reason: str


def check_live(credential: Credential, environment: Mapping[str, str]) -> LiveCheck:
    """Compare one credential with the world; what was asked in vain is unknown, never fine."""
    try:
        if credential.variable is not None:
            return _token(credential, credential.variable, environment)
        if credential.certificate is not None:
            return _certificate(credential, credential.certificate)
    except OperationalError as error:
        return LiveCheck(Liveness.UNKNOWN, error.what)
    except (OSError, ValueError, KeyError, httpx.HTTPError) as error:
        return LiveCheck(Liveness.UNKNOWN, f"{type(error).__name__}: {error}".splitlines()[0])
    return LiveCheck(Liveness.NOTHING_TO_ASK, f"this {credential.kind} names no file and no variable")


def _certificate(credential: Credential, path: str) -> LiveCheck:
    if credential.in_project:
        return LiveCheck(Liveness.AGREES, "its day was read from the project's file")
    found = last_day_of(Path(path).expanduser())
    return _compared(credential, found, path)


def _token(credential: Credential, variable: TokenVariable, environment: Mapping[str, str]) -> LiveCheck:
    token = api_token(environment, variable)
    if not token:
        return LiveCheck(Liveness.UNKNOWN, f"{variable} is not set")
    match variable:
        case TokenVariable.HETZNER:
            answer = _asked(f"{hetzner_endpoint(environment)}/locations", token)
        case TokenVariable.CLOUDFLARE:
            answer = _asked(f"{cloudflare_endpoint(environment)}/user/tokens/verify", token)
    if answer.status_code in (401, 403):
        return LiveCheck(Liveness.DIFFERS, f"the API refuses the token with {answer.status_code}")
    body = answer.raise_for_status().json()
    result = body.get("result") if variable is TokenVariable.CLOUDFLARE else None
    if result and result.get("status") != "active":
        return LiveCheck(Liveness.DIFFERS, f"the API says that the token is {result.get('status')}")
    if result and result.get("expires_on"):
        return _compared(credential, datetime.fromisoformat(result["expires_on"]).date(), "the API")
    return LiveCheck(Liveness.AGREES, "the API takes the token; it tells no last day")


def _asked(address: str, token: str) -> httpx.Response:
    with httpx.Client(timeout=TIMEOUT) as client:
        return client.get(address, headers={"Authorization": f"Bearer {token}"})


def _compared(credential: Credential, found: date, who: str) -> LiveCheck:
    if found == credential.last_day:
        return LiveCheck(Liveness.AGREES, f"{who} says {found} too")
    return LiveCheck(Liveness.DIFFERS, f"{who} says {found}")
