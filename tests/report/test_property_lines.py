"""How one property differs: no difference without a line, no secret in one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffinfra.gate.property_changes import Hidden, PropertyChange
from ffinfra.report.property_lines import briefly, line_by_line

FIREWALL = "table inet filter {\n  drop\n  accept\n}\n"
CONTENT = 'files["/etc/nftables.conf"].content'


def lines(old: Any, new: Any, path: str = CONTENT) -> list[str]:
    return list(line_by_line(PropertyChange(path, old, new)))


def test_lines_that_change_places() -> None:
    assert lines(FIREWALL, "table inet filter {\n  accept\n  drop\n}\n") == [
        f"{CONTENT}:",
        "@@ -1,4 +1,4 @@",
        "  table inet filter {",
        "+   accept",
        "    drop",
        "-   accept",
        "  }",
    ]


def test_one_of_two_equal_lines() -> None:
    assert lines("accept\naccept\ndrop\n", "accept\ndrop\n") == [
        f"{CONTENT}:", "@@ -1,2 +1 @@", "- accept", "  accept",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Hidden.ABSENT, "a\nb\n", ["@@ -0,0 +1,2 @@", "+ a", "+ b"]),
        ("a\n", Hidden.ABSENT, ["@@ -1 +0,0 @@", "- a"]),
        ("a", "a\n", ["@@ -1 +1 @@", "- a (no end of line)", "+ a"]),
        ("a\r\n", "a\n", ["@@ -1 +1 @@", "- a\r", "+ a"]),
        ("a\n", "", ["@@ -1 +0,0 @@", "- a"]),
        (Hidden.SECRET, "a\n", ["@@ -1 +1 @@", "- (secret)", "+ a"]),
        ("a\n", Hidden.UNKNOWN, ["@@ -1 +1 @@", "- a", "+ (known after the update)"]),
    ],
    ids=["new", "gone", "end of the last line", "line ends", "emptied", "was secret", "not known yet"],
)
def test_texts(old: Any, new: Any, expected: list[str]) -> None:
    assert lines(old, new) == [f"{CONTENT}:", *expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 2, "ttl: 1 -> 2"),
        (1, "1", 'ttl: 1 -> "1"'),
        (True, "true", 'ttl: true -> "true"'),
        ("(absent)", Hidden.ABSENT, 'ttl: "(absent)" -> (absent)'),
        ("", Hidden.ABSENT, 'ttl: "" -> (absent)'),
        (Hidden.SECRET, Hidden.SECRET, "ttl: (secret) -> (secret)"),
        ("x" * 200, "x" * 199 + "y", f"ttl: {'x' * 200} -> {'x' * 199}y"),
    ],
)
def test_values(old: Any, new: Any, expected: str) -> None:
    assert lines(old, new, "ttl") == [expected]


def test_in_a_few_words() -> None:
    changes = [
        PropertyChange(CONTENT, FIREWALL, FIREWALL.replace("  drop\n", "")),
        PropertyChange('files["/etc/nftables.conf"].mode', "0644", "0600"),
        PropertyChange('files["/etc/motd"].content', Hidden.ABSENT, "a\n"),
        PropertyChange('files["/etc/issue"].content', "a\nb\n", Hidden.ABSENT),
        PropertyChange('secretFiles["/etc/fastd/secret.conf"].content', Hidden.SECRET, Hidden.SECRET),
        PropertyChange("secretFiles", Hidden.SECRET, Hidden.SECRET),
        PropertyChange("key", "k" * 100 + "a", "k" * 100 + "b"),
    ]
    assert briefly(changes) == (
        "/etc/nftables.conf +0 -1, mode 0644 -> 0600",
        "/etc/motd new +1 -0",
        "/etc/issue gone +0 -2",
        "/etc/fastd/secret.conf (another secret)",
        "secretFiles (another secret)",
        f"key ...{'k' * 16}a -> ...{'k' * 16}b",
    )


_sides = st.text("ab\n", max_size=12) | st.sampled_from([Hidden.ABSENT, Hidden.SECRET, 1, 0, True, None])


@settings(deadline=None)
@given(old=_sides, new=_sides)
def test_no_difference_without_a_line(old: Any, new: Any) -> None:
    if (type(old), old) != (type(new), new):
        one = PropertyChange("path", old, new)
        told = list(line_by_line(one))
        assert told != list(line_by_line(PropertyChange("path", old, old)))
        assert (
            len(told) > 1 or told[0].partition(": ")[2].partition(" -> ")[0] != told[0].rpartition(" -> ")[2]
        )
