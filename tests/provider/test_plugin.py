# ruff: noqa: ARG002  (the stub type answers alike whatever it is asked)

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from ffinfra.provider.plugin import Plugin
from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import (
    Difference,
    Existing,
    Function,
    PropertyChange,
    Refusal,
    ResourceType,
    Settings,
)

URN = "urn:pulumi:test::example::parent:index:P$example:index:Thing::one"


class Thing(ResourceType):
    token = "example:index:Thing"

    def fill_in(self, name: str, inputs: Properties, old_inputs: Properties, seed: bytes) -> Properties:
        return Properties({**inputs.values, "name": f"{name}-{seed.decode()}"}, inputs.secret_keys)

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        return [] if inputs.values.get("size") != 0 else [Refusal("size", "must not be zero")]

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        changes = {"size": PropertyChange.UPDATE, "labels.a": PropertyChange.ADD_REPLACE}
        return Difference(changes, delete_before_replace=True)

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        return "7", inputs

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        return None

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        return inputs

    def delete(self, resource_id: str, state: Properties) -> None:
        return None


class Double(Function):
    token = "example:index:double"

    def call(self, arguments: Properties) -> Properties | Sequence[Refusal]:
        if "size" not in arguments.values:
            return [Refusal("size", "is required")]
        return Properties({"size": arguments.values["size"] * 2})


class Arguments(Settings):
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def check(self, arguments: Properties) -> Sequence[Refusal]:
        return [Refusal("token", "is missing")] if not arguments.values else []

    def apply(self, arguments: Properties) -> None:
        self.seen.append(dict(arguments.values))

    def cancel(self) -> None:
        self.seen.append("cancelled")


def wrapped(**values: Any) -> dict[str, PropertyValue]:
    return {key: PropertyValue(value) for key, value in values.items()}


@pytest.fixture
def plugin() -> Plugin:
    return Plugin("example", "1.0.0", [Thing()], functions=[Double()])


def test_the_check_fills_in_and_keeps_inner_secrets(plugin: Plugin) -> None:
    keys = PropertyValue([PropertyValue("k", is_secret=True), PropertyValue("open")])
    request = protocol.CheckRequest(URN, {}, {"size": PropertyValue(0.0), "keys": keys}, b"seed")
    answer = asyncio.run(plugin.check(request))
    assert answer.inputs == {"size": PropertyValue(0.0), "keys": keys, "name": PropertyValue("one-seed")}
    assert answer.failures is not None
    assert [(item.property, item.reason) for item in answer.failures] == [("size", "must not be zero")]


def test_a_name_may_hold_two_colons(plugin: Plugin) -> None:
    """As that of a record with an IPv6 address does."""
    request = protocol.CheckRequest(f"{URN} 2001:db8::1", {}, wrapped(size=1.0), b"seed")
    answer = asyncio.run(plugin.check(request))
    assert answer.inputs == {**wrapped(size=1.0), "name": PropertyValue("one 2001:db8::1-seed")}


@pytest.mark.parametrize(
    ("ignored", "changed", "replaced"),
    [([], ["labels", "size"], ["labels"]), (["labels.b"], ["size"], []), (["*"], [], [])],
)
def test_ignored_changes_are_left_out(
    plugin: Plugin, ignored: list[str], changed: list[str], replaced: list[str]
) -> None:
    answer = asyncio.run(plugin.diff(protocol.DiffRequest(URN, "7", {}, {}, ignored)))
    assert (answer.diffs, answer.replaces, answer.changes) == (changed, replaced, bool(changed))


def test_an_update_keeps_what_is_ignored(plugin: Plugin) -> None:
    request = protocol.UpdateRequest(
        URN, "7", wrapped(size=1.0, name="a"), wrapped(size=2.0, name="b"), 0, ["size"], preview=False
    )
    assert asyncio.run(plugin.update(request)).properties == wrapped(size=1.0, name="b")


def test_functions_answer_or_refuse(plugin: Plugin) -> None:
    answer = asyncio.run(plugin.invoke(protocol.InvokeRequest(Double.token, wrapped(size=2.0))))
    assert answer.return_value == wrapped(size=4.0)
    refused = asyncio.run(plugin.invoke(protocol.InvokeRequest(Double.token, {})))
    assert [item.reason for item in refused.failures] == ["is required"]
    with pytest.raises(ValueError, match="example has no function other"):
        asyncio.run(plugin.invoke(protocol.InvokeRequest("other", {})))


def test_provider_arguments_are_checked_applied_and_compared() -> None:
    arguments = Arguments()
    plugin = Plugin("example", "1.0.0", [], settings=arguments)
    answer = asyncio.run(plugin.check_config(protocol.CheckRequest(URN, {}, {}, b"")))
    assert answer.failures is not None
    assert [item.reason for item in answer.failures] == ["is missing"]
    asyncio.run(plugin.configure(protocol.ConfigureRequest({}, wrapped(token="t"), True, True)))
    asyncio.run(plugin.cancel())
    assert arguments.seen == [{"token": "t"}, "cancelled"]
    request = protocol.DiffRequest(URN, "7", wrapped(token="t"), wrapped(token="u"), [])
    assert asyncio.run(plugin.diff_config(request)).diffs == ["token"]


def test_an_unknown_type_is_named(plugin: Plugin) -> None:
    request = protocol.DeleteRequest("urn:pulumi:test::example::other:index:X::one", "7", {}, 0)
    with pytest.raises(ValueError, match="example has no resource type other:index:X"):
        asyncio.run(plugin.delete(request))
