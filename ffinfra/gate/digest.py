"""The digest that ``pulumi preview --json`` prints, as types.

Everything that is not known stops the gate: it would rather refuse a harmless change of a newer engine
than let one pass that it cannot read.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from ffinfra.problems import InvalidInputError, Place, Problem

UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value known only after the update (sdk/go, plugin.UnknownStringValue)."""

SECRET_MARK = "[secret]"
"""What the engine writes in place of a secret."""

KNOWN_DIFFERENCES = frozenset({"add", "add-replace", "delete", "delete-replace", "update", "update-replace"})
"""The kinds of property differences (sdk/go/common, plugin.DiffKind)."""


class _Part(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A part of the digest; keys that are not named here are passed over."""


class PropertyDifference(_Part, frozen=True):
    """How one property differs."""

    kind: str
    input_diff: bool = False


class ResourceState(_Part, frozen=True):
    """A resource before or after a step."""

    urn: str
    type: str
    custom: bool = False
    external: bool = False
    """Whether it is only looked up, and somebody else's to change."""
    id: str | None = None
    inputs: dict[str, Any] = {}
    outputs: msgspec.Raw = msgspec.Raw()
    """Only whether there are any is looked at."""
    parent: str | None = None
    protect: bool = False
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    provider: str | None = None
    resource_hooks: dict[str, tuple[str, ...]] = {}


class Step(_Part, frozen=True):
    """One step of the plan."""

    op: str
    urn: str
    provider: str | None = None
    old_state: ResourceState | None = None
    new_state: ResourceState | None = None
    difference_reasons: tuple[str, ...] = msgspec.field(default=(), name="diffReasons")
    replace_reasons: tuple[str, ...] = ()
    detailed_difference: dict[str, PropertyDifference] | None = msgspec.field(
        default=None, name="detailedDiff"
    )


class Diagnostic(_Part, frozen=True):
    """A message of the engine or of a provider."""

    urn: str | None = None
    message: str = ""
    severity: str = "info"


class Digest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The whole preview; a key at its top that is not known means another version."""

    change_summary: dict[str, int]
    steps: tuple[Step, ...] | None = None
    config: dict[str, Any] | None = None
    diagnostics: tuple[Diagnostic, ...] | None = None
    duration: int | float | None = None
    maybe_corrupt: bool | None = None
    permalink: str | None = None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Messages that made the preview fail; steps after them are missing."""
        return tuple(one for one in self.diagnostics or () if one.severity == "error")


def why_hidden(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Why a value, or a part of it, is not shown: ``a secret``, ``not known before the update``; else empty."""
    if isinstance(value, dict):
        return next(filter(None, map(why_hidden, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(why_hidden, value)), "")
    if value == UNKNOWN_VALUE:
        return "not known before the update"
    return "a secret" if value == SECRET_MARK else ""


def parse_digest(text: str | bytes, source: str) -> Digest:
    """Read a digest.

    Args:
        text: what the engine printed; talk before or after the JSON object is ignored.
        source: the name that problems give as their file.

    Raises:
        InvalidInputError: it is truncated, no digest, or of a form that is not known.
    """
    octets = text.encode() if isinstance(text, str) else text
    try:
        try:
            end = octets.rfind(b"}") + 1
            return msgspec.json.decode(memoryview(octets)[_start(octets) : end], type=Digest)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return msgspec.json.decode(_without_talk(octets.decode()), type=Digest)
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(source),
                    what=f"this is no complete digest of pulumi preview --json ({error})",
                    way_out="Make it anew with --json --show-replacement-steps --show-sames --show-reads",
                )
            ]
        ) from error


def _start(octets: bytes) -> int:
    start = octets.find(b"{")
    if start < 0:
        raise ValueError("there is no JSON object in it")
    return start


def _without_talk(text: str) -> str:
    """The first JSON object in a text that goes on with something like one."""
    start = text.index("{")
    return text[start : json.JSONDecoder().raw_decode(text, start)[1]]
