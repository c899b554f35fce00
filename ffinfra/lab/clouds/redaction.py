"""What of a call may be kept: no tokens, no keys, no user data."""

from __future__ import annotations

import json
from collections.abc import Sequence

REDACTED = "[redacted]"
_SECRET_FIELDS = frozenset(
    {"tsig_key", "user_data", "password", "root_password", "token", "secret", "private_key", "authorization"}
)


def redacted_body(body: bytes) -> object:
    """A body for the history: None if empty, its JSON without secrets, or only a word if it is no JSON."""
    if not body:
        return None
    try:
        value: object = json.loads(body)
    except ValueError:
        return "[not JSON]"
    return _without_secrets(value)


def redacted_query(query: Sequence[tuple[str, str]]) -> list[list[str]]:
    """A query for the history, as pairs of name and value."""
    return [[name, REDACTED if name.lower() in _SECRET_FIELDS else value] for name, value in query]


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: REDACTED
            if str(key).lower() in _SECRET_FIELDS and inner is not None
            else _without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value
