"""The digest that ``pulumi preview --json`` prints, as types.

Everything that is not known stops the gate: it would rather refuse a harmless change of a newer engine
than let one pass that it cannot read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ffinfra.problems import InvalidInputError, Place, Problem

UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value known only after the update (sdk/go, plugin.UnknownStringValue)."""

SECRET_MARK = "[secret]"
"""What the engine writes in place of a secret."""

KNOWN_DIFFERENCES = frozenset({"add", "add-replace", "delete", "delete-replace", "update", "update-replace"})
"""The kinds of property differences (sdk/go/common, plugin.DiffKind)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class PropertyDifference(_Part):
    """How one property differs."""

    kind: str
    input_diff: bool = Field(alias="inputDiff", default=False)


class ResourceState(_Part):
    """A resource before or after a step."""

    urn: str
    type: str
    custom: bool = False
    id: str | None = None
    inputs: Mapping[str, Any] = Field(default_factory=dict)
    outputs: Mapping[str, Any] = Field(default_factory=dict)
    parent: str | None = None
    protect: bool = False
    retain_on_delete: bool = Field(alias="retainOnDelete", default=False)
    ignore_changes: tuple[str, ...] = Field(alias="ignoreChanges", default=())
    provider: str | None = None
    resource_hooks: Mapping[str, tuple[str, ...]] = Field(alias="resourceHooks", default_factory=dict)


class Step(_Part):
    """One step of the plan."""

    op: str
    urn: str
    provider: str | None = None
    old_state: ResourceState | None = Field(alias="oldState", default=None)
    new_state: ResourceState | None = Field(alias="newState", default=None)
    difference_reasons: tuple[str, ...] = Field(alias="diffReasons", default=())
    replace_reasons: tuple[str, ...] = Field(alias="replaceReasons", default=())
    detailed_difference: Mapping[str, PropertyDifference] | None = Field(alias="detailedDiff", default=None)


class Diagnostic(_Part):
    """A message of the engine or of a provider."""

    urn: str | None = None
    message: str = ""
    severity: str = "info"


class Digest(_Part):
    """The whole preview."""

    config: Mapping[str, Any] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    change_summary: Mapping[str, int] = Field(alias="changeSummary", default_factory=dict)
    maybe_corrupt: bool = Field(alias="maybeCorrupt", default=False)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Messages that made the preview fail; steps after them are missing."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")


_KNOWN_KEYS = frozenset(
    {"config", "steps", "diagnostics", "duration", "changeSummary", "maybeCorrupt", "permalink"}
)


def parse_digest(text: str, source: str) -> Digest:
    """Read a digest.

    Args:
        text: what the engine printed; talk before or after the JSON object is ignored.
        source: the name that problems give as their file.

    Raises:
        InvalidInputError: it is truncated, no digest, or of a form that is not known.
    """
    try:
        raw = json.JSONDecoder().raw_decode(text[_start(text) :])[0]
        unknown = sorted(set(raw) - _KNOWN_KEYS)
        if unknown or "changeSummary" not in raw:
            raise ValueError(
                f"it has {', '.join(unknown)}, which is not known" if unknown else "changeSummary is missing"
            )
        return Digest.model_validate({key: value for key, value in raw.items() if value is not None})
    except (ValueError, ValidationError) as error:
        raise InvalidInputError(
            [
                Problem(
                    place=Place(source),
                    what=f"this is no complete digest of pulumi preview --json ({_brief(error)})",
                    way_out="Make it anew with --json --show-replacement-steps --show-sames --show-reads",
                )
            ]
        ) from error


def _start(text: str) -> int:
    start = text.find("{")
    if start < 0:
        raise ValueError("there is no JSON object in it")
    return start


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
