"""What YAML texts say, and where each part stands."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.problems import InvalidInputError, Place
from ffinfra.yaml_document import parse_document

WITHOUT_ZERO = "Write the number without it, or put a text in quotes"


def _told(text: str) -> list[str]:
    """What is wrong with a text: of the document, or of the syntax, which ends the reading."""
    try:
        return [str(problem) for problem in parse_document(text, "f").problems]
    except InvalidInputError as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52:54:00:12:34:56", "52:54:00:12:34:56"),
        ("02:11:22:33:44:55", "02:11:22:33:44:55"),
        ("on", "on"),
        ("No", "No"),
        ("2026-01-01", "2026-01-01"),
        ("12e3", 12000.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("-7", -7),
        ("'0420'", "0420"),
        ("!!str 12", "12"),
        ("True", True),
        ("~", None),
        ("", None),
        ("[1, {a: b}]", [1, {"a": "b"}]),
        ("&a [1]", [1]),
    ],
)
def test_scalars_are_those_of_the_core_schema(text: str, value: Any) -> None:
    document = parse_document(text, "f")
    assert (document.value, document.problems) == (value, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\na: 2", "f:2:1: a: a stands twice, first in line 1. Keep one of the two"),
        (
            "mac: 0123",
            f"f:1:6: mac: 0123 begins with a zero, which some read as octal. {WITHOUT_ZERO}",
        ),
        ("x: &a {b: 1}\ny:\n  <<: *a", "f:3:3: y.<<: merge keys are not read here. Write the settings out"),
        (
            "a: !!binary aGk=",
            "f:1:4: a: the tag tag:yaml.org,2002:binary is not read here. Write the plain value",
        ),
        ("a: !secret x", "f:1:4: a: the tag !secret is not read here. Write the plain value"),
        (
            "a: 99999999999999999999",
            "f:1:4: a: 99999999999999999999 is no int that can be read. Put a text in quotes",
        ),
        ("a: 1e999", "f:1:4: a: 1e999 is no float that can be read. Put a text in quotes"),
        ('a: "\\ud800"', "f:1:4: a: ? is no str that can be read. Put a text in quotes"),
        (
            "[a]: 1",
            "f:1:1: a list, a mapping or an unprintable text is no name. Name a setting by a plain text",
        ),
        (
            "a: [1",
            "f:1:6: is not YAML: expected ',' or ']', but got '<stream end>'. Mend the syntax at this place",
        ),
        ("a: *b", "f:1:4: is not YAML: found undefined alias 'b'. Mend the syntax at this place"),
        (
            "a: 1\nb: \x07",
            "f:2: is not YAML: holds the control character 0x07. Mend the syntax at this place",
        ),
        ("&a [*a]", "f: is nested too deeply, or contains itself. Write it flat"),
        ("[" * 1000, "f: is nested too deeply, or contains itself. Write it flat"),
        ("a: 1\n---\nb: 2", "f:2:1: is not YAML: but found another document. Mend the syntax at this place"),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_a_mistake(text: str, told: str) -> None:
    assert _told(text) == [told]


def test_a_value_stands_where_it_is_written_and_a_missing_one_at_its_parent() -> None:
    document = parse_document("hosts:\n  - name: vm1\n    cores: 4\n", "f")
    assert document.place(("hosts", 0, "cores")) == Place("f", 3, 5)
    assert document.place(("hosts", 0, "memory")) == Place("f", 2, 5)
    assert document.place(("zones",)) == Place("f", 1, 1)


def test_aliases_that_multiply_are_no_way_to_fill_the_memory() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert _told("\n".join(levels)) == ["f: its aliases stand for more than 100000 values. Write it out"]
