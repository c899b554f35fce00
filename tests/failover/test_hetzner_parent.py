"""``ffinfra failover`` with the parent at Hetzner: the real engine, the lab's plugin and API, the knotd behind it.

The zone is signed and its fallback keeps the signatures, so the parent holds NS, glue and DS of it all the time. One
run of everything: made, switched there, its state lost and made anew, switched back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dns.delegation.signed_world import FALLBACK, OWN, PARENT_ZONE, ZONE, ZONE_TEXT, serve
from tests.failover.hetzner_parent import API, CHILD, RRSETS, Hetzner, hetzner_parent
from tests.failover.isolated_night import STACK, IsolatedNight, make_night
from tests.hosts.isolation import awaited, isolation, needs
from tests.lab.plugins.clouds import HCLOUD_TOKEN

pytestmark = [pytest.mark.full, pytest.mark.long]

OWN_NAMES = [f"ns{at}.{ZONE}" for at in (1, 2)]
FALLBACK_NAMES = [f"ns{at}.provider.{PARENT_ZONE}" for at in (1, 2)]
GLUE = {(f"ns{at}.{CHILD}", "A"): [one] for at, one in enumerate(OWN, 1)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Hetzner, IsolatedNight, str]]:
    """The parent at Hetzner without the child, the child's nameservers on both sides, and a project; and the DS."""
    needs("knotd", "keymgr", "kdig", "curl")
    # Sockets lie in the folder, whose path must be short.
    with tempfile.TemporaryDirectory(prefix="clouds-") as short, isolation() as isolated:
        hetzner = hetzner_parent(isolated, Path(short))
        ds = serve(isolated, tmp_path / "own", ZONE, ZONE_TEXT, OWN, signed=True).split(" DS ", 1)[1]
        signed = tmp_path / "own" / "zones" / f"{ZONE[:-1]}.zone"
        text = awaited(lambda: _with_signatures(signed), 60, "the signed zone")
        serve(isolated, tmp_path / "fallback", ZONE, text, FALLBACK, signed=False)
        variables = {"HCLOUD_ENDPOINT": API, "HCLOUD_TOKEN": HCLOUD_TOKEN}
        night = make_night(isolated, tmp_path, _declared(ds), variables=variables)
        night.install_plugins()
        yield hetzner, night, ds


def _with_signatures(file: Path) -> str | None:
    text = file.read_text()
    return text if "RRSIG" in text and "NSEC" in text else None


def _declared(ds: str) -> dict[str, Any]:
    """What ``dns/delegations.yaml`` would hold."""
    fallback = [{"name": name[:-1], "ipv4": one} for name, one in zip(FALLBACK_NAMES, FALLBACK, strict=True)]
    return {
        "parent": {"zone": PARENT_ZONE[:-1], "backend": "hetzner", "ttl": 60},
        "nameservers": {
            "own": [{"name": name[:-1], "ipv4": one} for name, one in zip(OWN_NAMES, OWN, strict=True)],
            "fallback": fallback,
        },
        "fallback_backend": "friend",
        "zones": [
            {"zone": ZONE[:-1], "signed": "own", "ds": [ds],
             "fallback": {"backend": "friend", "keeps_signatures": True}}
        ],
    }  # fmt: skip


def _said(names: list[str], ds: str, addresses: dict[str, str]) -> list[str]:
    """What the parent's nameserver is to say."""
    tag, algorithm, kind, digest = ds.split()
    lines = [
        *(f"{ZONE} 60 NS {name}" for name in names),
        f"{ZONE} 60 DS {tag} {algorithm} {kind} {digest.upper()}",
    ]
    return sorted([*lines, *(f"{name} {address}" for name, address in addresses.items())])


def test_there_and_back_and_made_anew_between(world: tuple[Hetzner, IsolatedNight, str]) -> None:
    hetzner, night, ds = world
    hetzner.changed_by()
    own_glue = {f"{name} 60 A": one for name, one in zip(OWN_NAMES, OWN, strict=True)}
    their_addresses = {f"{name} 300 A": one for name, one in zip(FALLBACK_NAMES, FALLBACK, strict=True)}

    told, said = night.failover("primary", "--approve", "--force")
    assert "not-delegated: the zone is not delegated in net.example." in said
    assert (told["changed"], told["converged"]) == (True, True), said
    at_rest = {(CHILD, "NS"): OWN_NAMES, (CHILD, "DS"): [ds], **GLUE}
    assert hetzner.delegation() == at_rest
    assert hetzner.says() == _said(OWN_NAMES, ds, own_glue)
    assert hetzner.changed_by() == [f"POST {RRSETS}"] * 4

    told, said = night.failover("fallback", "--approve")
    assert (told["changed"], told["converged"], told["eta_seconds"]) == (True, True, 360), said
    assert hetzner.delegation() == {(CHILD, "NS"): FALLBACK_NAMES, (CHILD, "DS"): [ds]}
    assert hetzner.says() == _said(FALLBACK_NAMES, ds, their_addresses)
    assert hetzner.changed_by() == [
        *(f"DELETE {RRSETS}/{name}/A" for name, _ in GLUE),
        f"POST {RRSETS}/{CHILD}/NS/actions/set_records",
        f"PUT {RRSETS}/{CHILD}/NS",
    ]

    gone = night.project.pulumi("stack", "rm", STACK, "--force", "--preserve-config", "--yes")
    assert gone[0] == 0, gone
    _, said = night.ffinfra("failover", "--rebuild", "--approve", "--hints", "named.root", "--no-ipv6")
    assert "the parent is at mode fallback, trust published" in said
    assert "taken over as they stand: 2 resources; to be made: 0" in said
    assert hetzner.changed_by() == []

    told, said = night.failover("primary", "--approve")
    assert (told["changed"], told["converged"]) == (True, True), said
    assert hetzner.delegation() == at_rest
    assert hetzner.says() == _said(OWN_NAMES, ds, own_glue)
