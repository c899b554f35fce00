"""The change model: nothing odd passes, texts are unfolded, renames are told, order does not matter."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ffinfra.gate.change_digest import digest_of
from ffinfra.gate.digest import UNKNOWN_VALUE, parse_digest
from ffinfra.gate.dns_view import dns_view
from ffinfra.gate.property_changes import Hidden, PropertyChange
from ffinfra.gate.renames import renames
from ffinfra.gate.unfolding import unfolded
from ffinfra.problems import InvalidInputError
from ffinfra.report.terminal import print_changes
from tests.gate.digests import SERVER, change_set, digest_text, step, urn_of

A_FILE = {"content": "x\n", "mode": "0644"}


def details(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    (change,) = change_set(step("update", "a", old=old, new=new)).changes
    return [(one.path, one.old, one.new) for one in unfolded(change.properties)]


def test_every_file_of_a_host_is_a_leaf() -> None:
    old = {"files": {"/etc/motd": A_FILE, "/etc/old": A_FILE}}
    new = {"files": {"/etc/motd": {**A_FILE, "content": "y\n"}}}
    assert details(old, new) == [
        ('files["/etc/motd"].content', "x\n", "y\n"),
        ('files["/etc/old"].content', "x\n", Hidden.ABSENT),
        ('files["/etc/old"].mode', "0644", Hidden.ABSENT),
    ]


def test_user_data_is_unfolded_by_the_names_of_its_files() -> None:
    head = "#cloud-config\n# first boot\n"
    one, two = '- {path: /etc/a, content: "1"}\n', '- {path: /etc/b, content: "2"}\n'
    old = {"userData": f"{head}hostname: sn5\nwrite_files:\n{two}"}
    new = {"userData": f"{head}hostname: sn6\nwrite_files:\n{one}{two}"}
    assert details(old, new) == [
        ("userData > hostname", "sn5", "sn6"),
        ('userData > write_files["/etc/a"].content', Hidden.ABSENT, "1"),
        ('userData > write_files["/etc/a"].path', Hidden.ABSENT, "/etc/a"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{"a": {"b": 1, "c": 2}}', '{"a": {"b": 3, "c": 2}}', [("policy > a.b", 1, 3)]),
        ("[1, 2]", "[1, 3]", [("policy > list[1]", 2, 3)]),
        ("plain", "text", [("policy", "plain", "text")]),
        ('{"a": 1', '{"a": 2', [("policy", '{"a": 1', '{"a": 2')]),
        ('{"a": 1}', '{ "a": 1}', [("policy", '{"a": 1}', '{ "a": 1}')]),
        (
            "#cloud-config\na: &x [1]\nb: *x\n",
            "#cloud-config\na: [1]\n",
            [("policy", "#cloud-config\na: &x [1]\nb: *x\n", "#cloud-config\na: [1]\n")],
        ),
        ("#cloud-config\n{", "#cloud-config\n[", [("policy", "#cloud-config\n{", "#cloud-config\n[")]),
        ("[secret]", '{"a": 1}', [("policy", Hidden.SECRET, '{"a": 1}')]),
    ],
    ids=["object", "list", "plain", "broken", "only its form", "aliases", "broken yaml", "secret"],
)
def test_texts_with_a_structure(old: str, new: str, expected: list[tuple[str, Any, Any]]) -> None:
    assert details({"policy": old}, {"policy": new}) == expected


def test_a_rename_gets_its_alias_line() -> None:
    inputs = {"image": "debian-12"}
    changes = change_set(
        step("delete", "old", SERVER, old=inputs),
        step("create", "new", SERVER, new=inputs),
        step("create", "other", SERVER, new={"image": "debian-13"}),
    )
    (rename,) = renames(changes)
    assert (rename.old, rename.new) == (urn_of("old", SERVER), urn_of("new", SERVER))
    assert rename.alias_line == (
        'opts=pulumi.ResourceOptions(aliases=["urn:pulumi:prod::ffinfra::hcloud:index/server:Server::old"])'
    )


def test_which_of_two_equal_ones_was_renamed_is_left_to_the_person() -> None:
    steps = [step("delete", name, SERVER, old={}) for name in "ab"]
    assert renames(change_set(*steps, *(step("create", name, SERVER, new={}) for name in "cd"))) == ()


@pytest.mark.parametrize("word", ["", "sames", "CREATE", "update "])
def test_an_operation_that_is_not_known_is_unreadable(word: str) -> None:
    changes = change_set(step(word, "a", new={}))
    assert changes.changes == ()
    assert f"operation {word!r} on {urn_of('a')}" in changes.unreadable


def test_a_kind_of_difference_that_is_not_known_is_unreadable() -> None:
    odd = {"files": {"kind": "merge"}, "host": {"kind": "update"}}
    changes = change_set(step("update", "a", old={"host": "a"}, new={"host": "b"}, detailedDiff=odd))
    assert changes.unreadable == (f"difference 'merge' of files on {urn_of('a')}",)


def test_a_corrupt_digest_is_incomplete() -> None:
    assert change_set(maybeCorrupt=True).incomplete == ("the engine says that its digest may be corrupt",)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_digest_is_refused(keep: float) -> None:
    text = digest_text([step("create", name, new={}) for name in "abc"])
    with pytest.raises(InvalidInputError, match="no complete digest"):
        parse_digest(text[: int(len(text) * keep)], "cut")


@pytest.mark.parametrize("more", [{"version": 2}, {"steps": {}}, {"steps": [1]}])
def test_a_digest_of_another_form_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="no complete digest"):
        parse_digest(json.dumps({**json.loads(digest_text([])), **more}), "odd")


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_inputs = st.dictionaries(st.text(max_size=4), _values, max_size=4)
_steps = st.lists(
    st.builds(
        lambda operation, name, old, new: step(operation, name, old=old, new=new),
        st.sampled_from(["create", "update", "delete", "same", "replace"]),
        st.sampled_from("abcdef"),
        _inputs,
        _inputs,
    ),
    max_size=6,
)


@settings(deadline=None)
@given(steps=_steps, random=st.randoms(use_true_random=False))
def test_the_order_of_steps_and_keys_does_not_matter(steps: list[dict[str, Any]], random: Any) -> None:
    shuffled = [_shuffled(one, random) for one in random.sample(steps, len(steps))]
    assert change_set(*shuffled) == change_set(*steps)
    assert digest_of(change_set(*shuffled)) == digest_of(change_set(*steps))


def test_two_lives_of_one_resource_have_an_order() -> None:
    """A deletion that is pending stands beside another one of the same URN."""
    lives = [step("delete", "a", old={"host": word}) for word in "xyz"]
    kept = step("delete", "a", old={"host": "x"}, old_state={"protect": True})
    assert change_set(*lives, kept) == change_set(kept, *lives[::-1])
    assert [one.old_inputs for one in change_set(*lives[::-1]).changes] == [{"host": word} for word in "xyz"]


@pytest.mark.parametrize(
    "other",
    [
        step("update", "a", old={"host": "x"}, new={"host": "z"}),
        step("update", "a", old={"host": "x"}, new={"host": "[secret]"}),
        step("update", "a", old={"host": "x"}, new={"host": UNKNOWN_VALUE}),
        step("update", "b", old={"host": "x"}, new={"host": "y"}),
        step("replace", "a", old={"host": "x"}, new={"host": "y"}),
        step("update", "a", old={"host": "x"}, new={"host": "y"}, old_state={"protect": True}),
        step("update", "a", old={"host": "x"}, new={"host": "y"}, new_state={"parent": "urn:p"}),
        step(
            "update", "a", old={"host": "x"}, new={"host": "y"}, detailedDiff={"secretFiles": {"kind": "add"}}
        ),
    ],
)
def test_another_preview_has_another_hash(other: dict[str, Any]) -> None:
    assert digest_of(change_set(step("update", "a", old={"host": "x"}, new={"host": "y"}))) != digest_of(
        change_set(other)
    )


def test_the_hash_is_the_same_on_every_machine() -> None:
    changes = change_set(step("update", "a", old={"host": "x"}, new={"host": "y"}))
    assert digest_of(changes) == "764527b3c96b51afa05d506cd0aef821560306d63e7880dfea3702fb07e3e2d2"


def test_a_secret_that_differs_is_a_change_of_its_own() -> None:
    inputs = {"files": {}, "secretFiles": "[secret]", "host": "a"}
    path = 'secretFiles["/etc/fastd/secret.conf"].content'
    differs = {path: {"kind": "update"}, "host": {"kind": "update"}, "rescue": {"kind": "add"}}
    (change,) = change_set(
        step("update", "a", old=inputs, new={**inputs, "host": "b"}, detailedDiff=differs)
    ).changes
    assert change.properties == (
        PropertyChange("host", "a", "b"),
        PropertyChange("rescue", Hidden.UNSHOWN, Hidden.UNSHOWN),
        PropertyChange(path, Hidden.SECRET, Hidden.SECRET),
    )


def test_options_that_differ_are_told_though_the_step_does_nothing() -> None:
    old = {"protect": True, "retainOnDelete": True, "parent": "urn:a"}
    changes = change_set(
        step(
            "same", "a", old={}, new={}, old_state=old, new_state={"ignoreChanges": ["b"], "parent": "urn:c"}
        ),
        step("same", "b", old={}, new={}),
    )
    (change,) = changes.told
    assert changes.effective == ()
    assert (change.parent, change.protected) == ("urn:c", False)
    assert [(one.path, one.old, one.new) for one in change.options] == [
        ("protect", True, False),
        ("retainOnDelete", True, False),
        ("ignoreChanges", "", "b"),
        ("parent", "urn:a", "urn:c"),
    ]


def test_what_is_looked_up_anew_elsewhere_or_no_more_is_told() -> None:
    """It changes nothing real, but what stands on it; one that is looked up as before is no news."""
    here, there = {"external": True, "id": "7"}, {"external": True, "id": "8"}
    changes = change_set(
        step("read", "new", SERVER, None, {}, new_state=here),
        step("read", "same", SERVER, {}, {}, old_state=here, new_state=here),
        step("read", "other", SERVER, {}, {}, old_state=here, new_state=there),
        step("discard", "gone", SERVER, {}, None, old_state=here),
    )
    assert changes.effective == ()
    assert [(one.operation, one.name) for one in changes.told] == [
        ("discard", "gone"),
        ("read", "new"),
        ("read", "other"),
    ]
    assert changes.told[2].options == (PropertyChange("lookedUp", "7", "8"),)
    text = StringIO()
    print_changes(Console(file=text, width=200), changes, dns_view(changes))
    assert [line.strip() for line in text.getvalue().splitlines() if "Hetzner" in line] == [
        "no longer looks up Hetzner Server gone",
        "looks up Hetzner Server new",
        "looks up Hetzner Server other: lookedUp 7 -> 8",
    ]


def _shuffled(value: Any, random: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shuffled(value[name], random) for name in random.sample(list(value), len(value))}
    return value


def test_a_change_of_nothing_is_unfolded_to_nothing() -> None:
    assert unfolded([]) == ()
    assert unfolded([PropertyChange("a", 1, 2)]) == (PropertyChange("a", 1, 2),)
