"""The inputs that both kinds of delegation share: parent, child and the canonical text of NS, glue and DS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ffinfra.dns.names import canonical_name, is_within
from ffinfra.dns.zone_text import parse_content
from ffinfra.problems import InvalidInputError
from ffinfra.provider.properties import contains_unknown
from ffinfra.provider.resource_type import Refusal

DELEGATION_KEYS: Final = ("parent", "child", "content")
_TYPES: Final = frozenset({"NS", "A", "AAAA", "DS"})


def delegation_refusals(values: Mapping[str, Any]) -> list[Refusal]:
    """Why parent, child or content cannot be used; parts that are unknown yet are passed over."""
    if any(contains_unknown(values.get(key)) for key in DELEGATION_KEYS):
        return []
    parent, child, content = (values.get(key) for key in DELEGATION_KEYS)
    names = [_name_refusal(key, values.get(key)) for key in ("parent", "child")]
    found = [refusal for refusal in names if refusal is not None]
    if found:
        return found
    if not isinstance(content, str):
        return [Refusal("content", "is missing")]
    if child == parent or not is_within(str(child), str(parent)):
        return [Refusal("child", f"{child} does not lie below {parent}")]
    return _content_refusals(str(parent), str(child), content)


def _name_refusal(key: str, value: object) -> Refusal | None:
    if not isinstance(value, str):
        return Refusal(key, "is missing")
    try:
        canonical = canonical_name(value)
    except ValueError as error:
        return Refusal(key, str(error))
    return None if canonical == value else Refusal(key, f"{value} is not canonical, it would be {canonical}")


def _content_refusals(parent: str, child: str, content: str) -> list[Refusal]:
    try:
        rrsets = parse_content(content, parent)
    except InvalidInputError as error:
        return [Refusal("content", str(problem)) for problem in error.problems[:5]]
    found = [
        Refusal("content", f"{rrset.key} is no NS, DS or glue of {child}")
        for rrset in rrsets
        if rrset.type not in _TYPES
        or not is_within(rrset.owner, child)
        or (rrset.type in ("NS", "DS") and rrset.owner != child)
    ]
    if not any(rrset.key == (child, "NS") for rrset in rrsets):
        found.append(Refusal("content", f"{child} has no NS"))
    return found
