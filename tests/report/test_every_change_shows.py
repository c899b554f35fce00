"""No change that does something is invisible: not at the terminal, not in Markdown, not in the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Verdict
from ffinfra.gate.operations import Operation
from ffinfra.report.preview_form import preview_form
from ffinfra.report.preview_markdown import comment
from ffinfra.report.preview_page import page
from ffinfra.report.steps_shown import without_parts
from ffinfra.report.terminal import print_changes
from tests.gate.digests import HOST_CONFIG, RECORD, RRSET, SERVER, ZONE_CONTENT, change_set, step

COMPONENT = "ffinfra:network:Supernode"
PROVIDER = "pulumi:providers:hcloud"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def terminal(changes: ChangeSet, *, explain: bool = False) -> Counter[str]:
    text = StringIO()
    context = GateContext(changes, NOW)
    print_changes(Console(file=text, width=1_000), changes, context.dns, explain=explain)
    return Counter(text.getvalue().splitlines())


def markdown(changes: ChangeSet) -> Counter[str]:
    return Counter(comment([preview_form("prod", GateContext(changes, NOW), Verdict(()), True)]).splitlines())


def html(changes: ChangeSet) -> Counter[str]:
    form = preview_form("prod", GateContext(changes, NOW), Verdict(()), True)
    return Counter(page([form]).splitlines())


def without(changes: ChangeSet, change: Change) -> ChangeSet:
    """The same preview, in which one resource stays as it was."""
    if change.old_inputs is None:
        left: tuple[Change, ...] = ()
    else:
        calm = {"properties": (), "new_inputs": change.old_inputs, "differs": (), "replaced_because": ()}
        options = {"protected_after": change.protected_before, "parent_after": change.parent_before}
        left = (replace(change, operation=Operation.SAME, **calm, **options),)  # type: ignore[arg-type]
    found = [one for one in changes.changes if one is not change]
    return replace(
        changes,
        changes=(*found, *left) if change in changes.changes else changes.changes,
        providers=tuple(one for one in changes.providers if one is not change),
    )


def rrset(name: str, value: str, ttl: int, protection: bool) -> dict[str, Any]:
    return {
        "zone": "x.example", "name": name, "type": "A", "ttl": ttl, "changeProtection": protection,
        "records": [{"value": value}],
    }  # fmt: skip


def record(name: str, value: str, ttl: int, proxied: bool) -> dict[str, Any]:
    return {
        "zoneId": "1" * 32, "name": f"{name}.x.example", "type": "A", "ttl": ttl, "content": value,
        "proxied": proxied,
    }  # fmt: skip


def zone_content(name: str, value: str, ttl: int, other: bool) -> dict[str, Any]:
    server = {"address": "192.0.2.54" if other else "192.0.2.53"}
    return {"zone": "x.example.", "content": f"{name}.x.example. {ttl} IN A {value}\n", "server": server}


def host(name: str, value: str, ttl: int, other: bool) -> dict[str, Any]:
    content = f"{value}\n{ttl}\n" if other else f"{ttl}\n{value}\n"
    return {"host": name, "files": {"/etc/motd": {"content": content}}, "secretFiles": "[secret]"}


def server(name: str, value: str, ttl: int, other: bool) -> dict[str, Any]:
    return {"name": name, "labels": {"a": value, "b": str(ttl)}, "backups": other}


_MAKERS: Mapping[str, Any] = {
    RRSET: rrset, RECORD: record, ZONE_CONTENT: zone_content, HOST_CONFIG: host, SERVER: server,
    COMPONENT: lambda *_: {}, PROVIDER: server,
}  # fmt: skip


@st.composite
def _steps(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(_MAKERS)))
    operation = draw(
        st.sampled_from(
            ["create", "update", "delete", "replace", "create-replacement", "delete-replaced", "import"]
        )
    )
    sides = [
        _MAKERS[kind](
            draw(st.sampled_from(["a", "b"])),
            draw(st.sampled_from(["192.0.2.1", "192.0.2.2", "[secret]"])),
            draw(st.sampled_from([60, 300])),
            draw(st.booleans()),
        )
        for _ in range(2)
    ]
    old = None if operation in ("create", "create-replacement", "import") else sides[0]
    new = None if operation in ("delete", "delete-replaced") else sides[1]
    more: dict[str, Any] = {}
    if operation == "update" and draw(st.booleans()):
        more["detailedDiff"] = {"secretFiles": {"kind": "update"}}
    return step(operation, draw(st.sampled_from("pqr")), kind, old, new, **more)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(_steps(), min_size=1, max_size=6))
def test_every_change_leaves_a_line(steps: list[dict[str, Any]]) -> None:
    changes = change_set(*steps)
    for change in without_parts(one for one in changes.told if one.operation.changes_something):
        alone = without(changes, change)
        for show in (terminal, markdown, html):
            assert show(changes) - show(alone), f"{show.__name__} does not show {change}"


_TSIG = {"zone": "x.example.", "content": "a.x.example. 60 IN A 192.0.2.1\n", "tsig": "[secret]"}


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (
            step("update", "z", ZONE_CONTENT, zone_content("a", "192.0.2.1", 60, False),
                 zone_content("a", "192.0.2.1", 60, True)),
            "    ~ ZoneContent z: server.address 192.0.2.53 -> 192.0.2.54",
        ),
        (
            step("update", "z", ZONE_CONTENT, _TSIG, _TSIG, detailedDiff={"tsig": {"kind": "update"}}),
            "    ~ ZoneContent z: tsig (another secret)",
        ),
        (
            step("update", "r", RECORD, record("a", "192.0.2.1", 60, False), record("a", "192.0.2.1", 60, True)),
            "    ~ Cloudflare DnsRecord r: proxied false -> true",
        ),
        (
            step("update", "r", RRSET, rrset("a", "192.0.2.1", 60, True), rrset("a", "192.0.2.1", 60, False)),
            "    ~ Hetzner ZoneRrset r: changeProtection true -> false",
        ),
        (
            step("replace", "r", RRSET, rrset("a", "192.0.2.1", 60, True), rrset("a", "192.0.2.1", 60, True),
                 replaceReasons=["zone"]),
            "    ± Hetzner ZoneRrset r, replaced because of zone",
        ),
        (
            step("update", "sn1", HOST_CONFIG, host("sn1", "a", 1, False), host("sn1", "a", 1, False),
                 detailedDiff={'secretFiles["/etc/x"].content': {"kind": "update"}}),
            "    ~ HostConfig sn1: /etc/x (another secret)",
        ),
        (
            step("same", "sn5", SERVER, {}, {}, old_state={"protect": True}, new_state={"parent": "urn:p"}),
            "    o Hetzner Server sn5: protect true -> false; parent \"\" -> urn:p",
        ),
        (
            step("update", "sn5", SERVER, {}, {}, detailedDiff={"rescue": {"kind": "add"}}),
            "    ~ Hetzner Server sn5: rescue (not shown) -> (not shown)",
        ),
    ],
    ids=["server of a zone", "key of a zone", "proxied", "protection at Hetzner", "replaced by its equal",
         "a secret alone", "options alone", "the provider's word alone"],
)  # fmt: skip
def test_what_records_do_not_tell_has_its_line(one: dict[str, Any], line: str) -> None:
    assert line in terminal(change_set(one))


def test_what_records_tell_is_told_once() -> None:
    changed = step(
        "update", "r", RRSET, rrset("a", "192.0.2.1", 60, False), rrset("a", "192.0.2.2", 60, False)
    )
    came = step("create", "s", RECORD, None, record("b", "192.0.2.1", 60, False))
    assert list(terminal(change_set(changed, came))) == [
        "names",
        f"  records of {'1' * 32} at Cloudflare: RRsets: 1 added; 1 record, none of ours before",
        "    + b.x.example. A: 192.0.2.1 (ttl 60)",
        "  records of x.example. at Hetzner DNS: RRsets: 1 changed; 1 of 1 records (100.0%)",
        "    ~ a.x.example. A: 192.0.2.1 -> 192.0.2.2",
        f"affected: names in {'1' * 32}, x.example.",
    ]


def test_a_record_that_only_changes_its_resource_has_its_lines() -> None:
    inputs = rrset("a", "192.0.2.1", 60, False)
    moved = change_set(step("delete", "old", RRSET, inputs), step("create", "new", RRSET, None, inputs))
    assert [line for line in terminal(moved) if line.startswith("    ")] == [
        "    + Hetzner ZoneRrset new",
        "    - Hetzner ZoneRrset old",
    ]
