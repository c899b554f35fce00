"""Fingerprints of values, so that an approval binds them without telling them.

A fingerprint is an HMAC-SHA256 under the stack's gate key (RFC 2104): the record lies in the open, and a
guessable secret must not be found by trying.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffinfra.gate.digest import UNKNOWN_VALUE

PropertyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class GateKey:
    """The key of a stack's fingerprints: secret configuration, known to all who may preview the stack."""

    secret: bytes

    def __repr__(self) -> str:
        return "GateKey(...)"

    def of_text(self, text: str) -> str:
        """The fingerprint of a text: 32 hex digits (128 bits)."""
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()[:32]

    def of_value(self, value: Any) -> str:  # noqa: ANN401 - any JSON value
        """The fingerprint of a value, whatever the order of its keys."""
        return self.of_text(canonical_json(value))


@dataclass(frozen=True, slots=True)
class InputsFingerprint:
    """What is bound of a resource's inputs.

    Attributes:
        digest: of all leaves but those under an unknown path.
        unknown: the paths whose values are known only after the update; anything may come there.
    """

    digest: str
    unknown: tuple[str, ...]


def fingerprint_inputs(
    key: GateKey, inputs: Mapping[str, Any], unknown: tuple[str, ...] | None = None
) -> InputsFingerprint:
    """The fingerprint of inputs.

    Args:
        key: the stack's gate key.
        inputs: the checked inputs, secrets in clear, unknown values as the engine's sentinel.
        unknown: None collects the unknown paths from the inputs; a tuple leaves out these paths and whatever
            lies under them, to compare known inputs with an approval that was given before they were known.
    """
    found = dict(leaves(inputs))
    if unknown is None:
        unknown = tuple(sorted(path for path, leaf in found.items() if leaf == UNKNOWN_VALUE))
    bound = {path: leaf for path, leaf in found.items() if not _is_under(path, unknown)}
    return InputsFingerprint(key.of_value(bound), unknown)


def leaves(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every leaf of inputs with its path; an empty list or mapping is a leaf, a null is as good as absent."""
    return ((path_text(path), leaf) for path, leaf in _leaves(normal(inputs), ()) if path)


def normal(value: Any) -> Any:  # noqa: ANN401
    """A value as JSON carries it: whole floats are integers, tuples are lists."""
    match value:
        case bool() | None | str() | int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case Mapping():
            return {str(name): normal(item) for name, item in value.items()}
        case list() | tuple():
            return [normal(item) for item in value]
        case _:
            raise TypeError(f"a {type(value).__name__} has no fingerprint")


def canonical_json(value: Any) -> str:  # noqa: ANN401
    """One text for equal values (in the manner of RFC 8785)."""
    return json.dumps(normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def path_text(path: PropertyPath) -> str:
    """A path as the engine writes it: ``publicNets[0].ipv4`` or ``files["/etc/motd"]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "").isalnum():
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def _leaves(value: Any, path: PropertyPath) -> Iterator[tuple[PropertyPath, Any]]:  # noqa: ANN401
    if isinstance(value, dict) and value:
        for name, item in value.items():
            if item is not None:
                yield from _leaves(item, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")) for prefix in prefixes)
