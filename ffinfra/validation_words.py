"""What is wrong with a value and what is allowed there, in words for people who do not know pydantic."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from ffinfra.network.values import shown
from ffinfra.problems import KeyPath

Known = Mapping[str, str]
"""The settings that may stand in one place, with what they mean."""


def words(together: list[ErrorDetails], name: str, known: Known) -> tuple[str, str]:
    """What is wrong with one value, and what is allowed.

    Args:
        together: what pydantic says of it; for a union, of each of its members.
        name: of the setting.
        known: the settings that may stand beside it.
    """
    details = together[0]
    match details["type"]:
        case "missing":
            return f"{name} is missing", f"Add it: {known[name]}" if known.get(name) else "Add it"
        case "extra_forbidden":
            near = difflib.get_close_matches(name, known, n=1)
            listed = f"Known are: {', '.join(sorted(known))}" if known else "Remove it"
            return f"{name} is no setting here", f"Did you mean {near[0]}?" if near else listed
        case "union_tag_not_found":
            return f"{name} is missing", f"Add it; {_sentence(together)}"
        case "model_type" | "model_attributes_type" if details["input"] is None:
            return f"{name} is empty or missing", _sentence(together, capital=True)
        case "union_tag_invalid":
            return f"{shown(details['input'][name])} is not accepted", _sentence(together, capital=True)
        case _:
            return f"{shown(details['input'])} is not accepted", _sentence(together, capital=True)


def known_settings(schema: Mapping[str, Any], path: KeyPath) -> Known:
    """The settings that stand beside the last part of a path, by a model's JSON schema."""
    nodes = [schema]
    for part in path[:-1]:
        nodes = [found for node in nodes for found in _step(schema, node, part)]
    return {
        name: str(entry.get("description", "")).replace("\n", " ")
        for node in nodes
        for alternative in _alternatives(schema, node)
        for name, entry in alternative.get("properties", {}).items()
    }


def _sentence(together: list[ErrorDetails], *, capital: bool = False) -> str:
    """What is allowed, by all that was said of a value."""
    allowed = " or ".join(dict.fromkeys(_allowed(details) for details in together))
    return f"{'Allowed' if capital else 'allowed'} is {allowed}"


def _allowed(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _FROM_CONTEXT:
        return _FROM_CONTEXT[kind](context)
    return re.sub(r"^(?:Value error, allowed is|Value error,|Input should be) ", "", details["msg"])


_NUMBER = "a whole number, without quotes"
_TEXT = "a text; put it in quotes where it looks like something else"
_LIST = "a list"
_MAPPING = "a mapping of settings"

_FIXED: Mapping[str, str] = {
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing": _NUMBER,
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "an amount such as 89.00",
    "decimal_parsing": "an amount such as 89.00",
    "finite_number": "an amount such as 89.00",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": _TEXT,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "union_tag_not_found": "one of the known values",
    "ip_v4_address": "an IPv4 address such as 192.0.2.1",
    "ip_v6_address": "an IPv6 address such as 2001:db8::1",
    "ip_v4_interface": "an IPv4 address with its prefix length, such as 192.0.2.1/24",
    "ip_v6_interface": "an IPv6 address with its prefix length, such as 2001:db8::1/64",
    "ip_v4_network": "an IPv4 prefix whose further bits are zero, such as 192.0.2.0/24",
    "ip_v6_network": "an IPv6 prefix whose further bits are zero, such as 2001:db8::/32",
}

_FROM_CONTEXT: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "enum": lambda context: f"one of {context['expected']}",
    "literal_error": lambda context: f"one of {context['expected']}",
    "union_tag_invalid": lambda context: f"one of {_plain_tags(context)}",
    "greater_than_equal": lambda context: f"{_number(context['ge'])} or more",
    "greater_than": lambda context: f"more than {_number(context['gt'])}",
    "less_than_equal": lambda context: f"{_number(context['le'])} or less",
    "less_than": lambda context: f"less than {_number(context['lt'])}",
    "too_short": lambda context: f"a list of at least {context['min_length']}",
    "too_long": lambda context: f"a list of at most {context['max_length']}",
}


def _number(bound: Any) -> str:  # noqa: ANN401 - int, float or Decimal
    return str(int(bound) if bound == int(bound) else bound)


def _plain_tags(context: Mapping[str, Any]) -> str:
    """The values of enums such as ``<Platform.HCLOUD: 'hcloud'>``, or plain tags."""
    expected = str(context["expected_tags"])
    return ", ".join(re.findall(r"'([^']*)'", expected)) or expected


def _step(root: Mapping[str, Any], node: Mapping[str, Any], part: str | int) -> list[Mapping[str, Any]]:
    found = []
    for alternative in _alternatives(root, node):
        inner = (
            alternative.get("items") if isinstance(part, int) else alternative.get("properties", {}).get(part)
        )
        if isinstance(inner, Mapping):
            found.append(inner)
    return found


def _alternatives(root: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in node:
        return _alternatives(root, root["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    for key in ("anyOf", "oneOf"):
        if key in node:
            return [found for inner in node[key] for found in _alternatives(root, inner)]
    return [node]
