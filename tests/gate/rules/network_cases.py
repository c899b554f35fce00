"""Cases of the rules on the network: survival, cost, credentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.delegation.sides import CloudflareSide, HetznerSide, Side, SideBackend
from ffinfra.gate.changes import Change
from ffinfra.gate.context import GateContext
from ffinfra.gate.earlier import EarlierDeclarations, NotKnown
from ffinfra.gate.operations import Operation
from ffinfra.network.credentials import Credential, CredentialKind
from ffinfra.stack_kind import StackKind
from tests.gate.rules.contexts import (
    NOW,
    RRSET,
    SERVER,
    Case,
    applied,
    change,
    context,
    parent_changes,
    rrset,
    sample,
    with_network,
)

NETWORK = sample().network


def _supernodes(*names: str) -> GateContext:
    kept = tuple(node for node in NETWORK.supernodes if node.name in names)
    return context(declarations=with_network(supernodes=kept))


def _earlier(prod: EarlierDeclarations, *names: str) -> GateContext:
    kept = tuple(node for node in NETWORK.supernodes if node.name in names)
    mesh = NETWORK.mesh.model_copy(update={"minimum_supernodes": 1})
    return context(declarations=with_network(supernodes=kept, mesh=mesh), earlier={StackKind.PROD: prod})


def _zone_at(primary: Side, fallback: Side) -> GateContext:
    """The sample, its first zone elsewhere at rest and kept warm."""
    delegations = sample().delegations
    first = delegations.zones[0].model_copy(update={"primary": primary, "fallback": fallback})
    zones = (first, *delegations.zones[1:])
    return context(
        declarations=replace(sample(), delegations=delegations.model_copy(update={"zones": zones}))
    )


def _budget(euro: int, old: str = "ccx13", new: str = "ccx13") -> GateContext:
    steps = [change(Operation.UPDATE, SERVER, "sn5", {"serverType": old}, {"serverType": new})]
    return context(steps, declarations=with_network(monthly_budget=Decimal(euro)))


def _credential(days: int, kind: StackKind = StackKind.PROD, changes: Sequence[Change] = ()) -> GateContext:
    one = Credential(
        name="console-certificate",
        kind=CredentialKind.CLIENT_CERTIFICATE,
        unlocks="nobody can start sn1 and sn2",
        owner="alex",
        expires=NOW.date() + timedelta(days=days),
    )
    declared = with_network(credentials=(one,))
    return context(changes, declarations=declared, kind=kind, mode=Mode.FALLBACK)


def _tsig(days: int) -> GateContext:
    made = NOW.date() - timedelta(days=365 - days)
    one = Credential(
        name="transfer-key", kind=CredentialKind.TSIG_KEY, unlocks="no transfers", owner="kim", made=made,
        rotate_after=365,
    )  # fmt: skip
    return context(declarations=with_network(credentials=(one,)))


KERNEL = "kernel bookworm/backports/newest"
SHORT = f"note: fewer than 1 supernodes would be left without {KERNEL}"
CLOUDFLARE = CloudflareSide(backend=SideBackend.CLOUDFLARE, zone_id="ab" * 16)
HETZNER = HetznerSide()
SWITCH = parent_changes(Mode.PRIMARY, Mode.FALLBACK)
RECORD = change(Operation.CREATE, RRSET, "host1", None, rrset(1))
KERNEL_NOTE = "note: fewer than 3 supernodes would be left without kernel bookworm/backports/newest"
LOST = (
    "client-certificate console-certificate expires on 2026-12-01, in 7 days;"
    " without it: nobody can start sn1 and sn2"
)
assert date(2026, 12, 1) - NOW.date() == timedelta(days=7)

PASSING: list[Case] = [
    ("survives", context, [KERNEL_NOTE]),
    ("over-budget", lambda: _budget(215), []),
    ("inventory-complete", context, []),
    ("credentials-fresh", lambda: _credential(31), []),
    ("credentials-fresh", lambda: _tsig(31), []),
]

FAILING: list[Case] = [
    (
        "inventory-complete",
        lambda: _credential(365),
        [
            f"note: no day is noted for {used}"
            for used in (
                "administrator-key alex",
                "administrator-key kim",
                "api-token CLOUDFLARE_API_TOKEN",
                "api-token HCLOUD_TOKEN",
                "domain musterstadt.example",
                "tsig-key transfer",
                "tsig-key update",
            )
        ],
    ),
    (
        "survives",
        lambda: _supernodes("sn1", "sn3"),
        [
            "block: backbone exit would hang on each of: kernel bookworm/backports/newest",
            "block: mesh entry would hang on each of: kernel bookworm/backports/newest",
            "block: 2 supernodes would be left for 420 nodes, 3 are needed",
        ],
    ),
    (
        "survives",
        lambda: context(declarations=with_network(administrators=NETWORK.administrators[:1])),
        ["block: management access would hang on each of: administrator alex", KERNEL_NOTE],
    ),
    (
        "survives",
        lambda: _earlier(applied(sample()), "sn1", "sn2", "sn3"),
        [
            f"block: backbone exit would hang on each of: {KERNEL} (by this change)",
            f"block: mesh entry would hang on each of: {KERNEL} (by this change)",
            SHORT,
        ],
    ),
    (
        "survives",
        lambda: _earlier(applied(with_network(supernodes=NETWORK.supernodes[:4])), "sn1", "sn2", "sn3"),
        [
            f"block: backbone exit would hang on each of: {KERNEL} (as so far)",
            f"block: mesh entry would hang on each of: {KERNEL} (as so far)",
            SHORT,
        ],
    ),
    (
        "survives",
        lambda: _earlier(NotKnown("it is in no commit"), "sn1", "sn2", "sn3"),
        [
            f"block: {service} would hang on each of: {KERNEL}"
            " (whether it did so far is not known: it is in no commit)"
            for service in ("backbone exit", "mesh entry")
        ]
        + [SHORT],
    ),
    (
        "survives",
        lambda: _zone_at(CLOUDFLARE, HETZNER),
        [
            KERNEL_NOTE,
            (
                "note: zone ff.musterstadt.example would hang on each of: DNS provider cloudflare,"
                " until it is switched"
            ),
        ],
    ),
    (
        "survives",
        lambda: _zone_at(HETZNER, HETZNER),
        ["block: zone ff.musterstadt.example would hang on each of: DNS provider hetzner", KERNEL_NOTE],
    ),
    (
        "over-budget",
        lambda: _budget(214),
        [
            (
                "block: the hosts would cost 214.38 EUR a month, 0.38 more than the budget of 214"
                " (+0.00 EUR by this change)"
            )
        ],
    ),
    (
        "over-budget",
        lambda: _budget(200, "ccx23"),
        [
            (
                "note: the hosts would cost 214.38 EUR a month, 14.38 more than the budget of 200"
                " (-14.28 EUR by this change)"
            )
        ],
    ),
    ("credentials-fresh", lambda: _credential(7), [f"block: {LOST}"]),
    ("credentials-fresh", lambda: _credential(7, StackKind.FAILOVER), [f"note: {LOST}"]),
    ("credentials-fresh", lambda: _credential(7, StackKind.FAILOVER, SWITCH), [f"note: {LOST}"]),
    ("credentials-fresh", lambda: _credential(7, StackKind.FAILOVER, [*SWITCH, RECORD]), [f"block: {LOST}"]),
    (
        "credentials-fresh",
        lambda: _tsig(-1),
        ["block: tsig-key transfer-key expired on 2026-11-23; without it: no transfers"],
    ),
    (
        "credentials-fresh",
        lambda: _tsig(30),
        ["note: tsig-key transfer-key expires on 2026-12-24, in 30 days; without it: no transfers"],
    ),
]
