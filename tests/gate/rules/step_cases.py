"""Cases of the rules on steps: renames, dropped guards, moved providers, too much at once."""

from __future__ import annotations

from typing import Any

from ffinfra.dns.delegation.mode import Mode
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.operations import Operation
from ffinfra.gate.property_changes import PropertyChange
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import SERVER, Case, change, context, parent_changes

HOST_CONFIG = "freifunk:index:HostConfig"


def _renamed(image: str) -> GateContext:
    return context(
        [
            change(Operation.DELETE, SERVER, "sn5", {"image": "debian-12"}, None),
            change(Operation.CREATE, SERVER, "sn7", None, {"image": image}),
        ]
    )


def _same(**settings: Any) -> GateContext:
    return context([change(Operation.SAME, SERVER, "sn5", {"name": "a"}, {"name": "a"}, **settings)])


def _provider(version: int) -> str:
    return f"urn:pulumi:prod::ffinfra::pulumi:providers:hcloud::default_1_43_{version}"


def _with_provider(before: int, after: int) -> GateContext:
    old, new = {"name": "a"}, {"name": "b"}
    providers = {"provider_before": _provider(before), "provider_after": _provider(after)}
    return context([change(Operation.UPDATE, SERVER, "sn5", old, new, **providers)])


def _explicit_provider() -> GateContext:
    version = (PropertyChange("version", "1.43.2", "1.43.3"),)
    provider = Change(Operation.UPDATE, _provider(9).replace("default_1_43_9", "own"), properties=version)
    update = change(Operation.UPDATE, SERVER, "sn5", {"name": "a"}, {"name": "b"})
    return context([update], providers=[provider])


def _many(touched: int, total: int = 10) -> GateContext:
    return context(
        [
            change(
                Operation.UPDATE if number < touched else Operation.SAME,
                HOST_CONFIG,
                f"h{number}",
                {"a": 1},
                {"a": 2 if number < touched else 1},
            )
            for number in range(total)
        ]
    )


def _machines(*names: str) -> GateContext:
    return context([change(Operation.UPDATE, HOST_CONFIG, name, {"a": 1}, {"a": 2}) for name in names])


def _on(kind: str, names: str, operation: Operation) -> list[Change]:
    new = {Operation.DELETE: None, Operation.SAME: {"a": 1}}.get(operation, {"a": 2})
    return [change(operation, kind, name, {"a": 1}, new) for name in names.split()]


PLACES = "host, site, account, hoster, upstream and autonomous system"

PASSING: list[Case] = [
    ("renamed", lambda: _renamed("debian-13"), []),
    ("guards-dropped", lambda: _same(protected_before=True, protected_after=True), []),
    ("guards-dropped", lambda: _same(ignored_before=("image",)), []),
    ("provider-moved", lambda: _with_provider(3, 3), []),
    ("too-much", lambda: _many(5), []),
    ("too-much", lambda: _many(3, 3), []),
    (
        "too-much",
        lambda: context(parent_changes(Mode.FALLBACK, Mode.PRIMARY), kind=StackKind.FAILOVER),
        [],
    ),
    ("too-much", lambda: _machines("sn1", "sn3"), []),
]

FAILING: list[Case] = [
    (
        "renamed",
        lambda: _renamed("debian-12"),
        ["destructive: sn5 would be deleted and the same created as sn7"],
    ),
    (
        "guards-dropped",
        lambda: _same(protected_before=True, kept_before=True, ignored_after=("image", "userData")),
        [
            "destructive: sn5 would lose its protection from deletion",
            "destructive: sn5 would no longer be kept when it leaves the program",
            "destructive: changes of image, userData of sn5 would no longer be seen",
        ],
    ),
    (
        "provider-moved",
        lambda: _with_provider(2, 3),
        [("destructive: hcloud default_1_43_2 becomes hcloud default_1_43_3, and 1 steps change resources")],
    ),
    (
        "provider-moved",
        _explicit_provider,
        ["destructive: provider own: version 1.43.2 becomes 1.43.3, and 1 steps change resources"],
    ),
    ("too-much", lambda: _many(6), ["destructive: 6 of 10 resources (60%) would change, over 50%"]),
    (
        "too-much",
        lambda: _machines("sn1", "sn3", "ns3"),
        [f"note: machines in every {PLACES} would change at once: ns3, sn1, sn3"],
    ),
    (
        "too-much",
        lambda: context(
            [*_on(SERVER, "sn5", Operation.UPDATE), *_on(HOST_CONFIG, "vm1 sn3", Operation.UPDATE)]
        ),
        [f"note: machines in every {PLACES} would change at once: sn3, sn5, vm1"],
    ),
    (
        "too-much",
        lambda: context(
            [
                *_on(SERVER, "sn5", Operation.DELETE),
                *_on(HOST_CONFIG, "sn1 sn3", Operation.DELETE),
                *_on(HOST_CONFIG, " ".join(f"h{number}" for number in range(9)), Operation.SAME),
            ]
        ),
        [f"destructive: machines in every {PLACES} would be removed or replaced at once: sn1, sn3, sn5"],
    ),
    (
        "too-much",
        lambda: context(_on(HOST_CONFIG, "a b c", Operation.DELETE)),
        ["destructive: 3 of 3 resources (100%) would be removed or replaced, over 50%"],
    ),
]
