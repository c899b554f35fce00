"""One line stays one line, and nothing draws on the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffinfra.report.plain import plain, plain_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sn5\nno findings\r\n0 of 0", "sn5\\nno findings\\r\\n0 of 0"),
        ("a\tb\x0bc\x0cd\x85e", "a\\tb\\x0bc\\x0cd\\x85e"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        (
            "\x1b[2J\x00\u202e\u2066\u200b\u200f\u061c\ufeff",
            "\\x1b[2J\\x00\\u202e\\u2066\\u200b\\u200f\\u061c\\ufeff",
        ),
        ("müsli 日本 [red]", "müsli 日本 [red]"),
    ],
)
def test_a_line(text: str, shown: str) -> None:
    assert plain(text) == shown


@settings(deadline=None)
@given(st.text())
def test_any_text_is_one_line_that_prints(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text).splitlines()) <= 1


@settings(deadline=None)
@given(st.text(), st.text())
def test_different_texts_look_different_unless_one_spells_the_escape(one: str, other: str) -> None:
    if one != other and "\\" not in one + other:
        assert plain(one) != plain(other)


def test_several_lines() -> None:
    assert plain_lines("a\n\x1b[2Jb\r\n\u2028c") == "a\n\\x1b[2Jb\\r\n\\u2028c"
