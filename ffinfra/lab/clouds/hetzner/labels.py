"""Labels and label selectors (https://docs.hetzner.cloud/reference/cloud#labels)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ffinfra.lab.clouds.hetzner.errors import invalid_input

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_PREFIX = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?"
_KEY = re.compile(_PREFIX + _NAME)
_VALUE = re.compile(f"(?:{_NAME})?")
_SET = re.compile(rf"(?P<key>{_PREFIX}{_NAME})\s+(?P<operator>in|notin)\s*\((?P<values>[^()]*)\)")
_COMPARISON = re.compile(rf"(?P<key>{_PREFIX}{_NAME})\s*(?P<operator>==|=|!=)\s*(?P<value>{_VALUE.pattern})")
_BETWEEN_TERMS = re.compile(r",(?![^()]*\))")

Term = Callable[[Mapping[str, str]], bool]


def checked_labels(labels: dict[str, str]) -> dict[str, str]:
    """The labels as they are.

    Raises:
        ValueError: a key or a value has a form that is not allowed.
    """
    for key, value in labels.items():
        if not _KEY.fullmatch(key):
            raise ValueError(f"label key {key!r} is not allowed")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"value {value!r} of label {key!r} is not allowed")
    return labels


def selects(selector: str) -> Term:
    """What a selector such as ``env=prod,!old,tier in (a,b)`` selects.

    Raises:
        HetznerError: it cannot be read.
    """
    terms = [_term(text.strip()) for text in _BETWEEN_TERMS.split(selector)]
    return lambda labels: all(term(labels) for term in terms)


def _term(text: str) -> Term:
    if found := _SET.fullmatch(text):
        key, inside = found["key"], found["operator"] == "in"
        values = {value.strip() for value in found["values"].split(",")}
        return lambda labels: (labels.get(key) in values) is inside
    if found := _COMPARISON.fullmatch(text):
        key, value, equal = found["key"], found["value"], found["operator"] != "!="
        return lambda labels: (labels.get(key) == value) is equal
    if _KEY.fullmatch(text):
        return lambda labels: text in labels
    if text.startswith("!") and _KEY.fullmatch(text[1:].strip()):
        return lambda labels: text[1:].strip() not in labels
    raise invalid_input({"label_selector": [f"{text!r} is no selector"]})
