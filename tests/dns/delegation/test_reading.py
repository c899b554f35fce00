"""What must fit together in ``dns/delegations.yaml``: each mistake with file, line, path and what is allowed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from ffinfra.dns.delegation.reading import read_delegations
from ffinfra.problems import InvalidInputError
from tests.dns.delegation.samples import DS, PARENTS, SERVERS, signed

ASSIGNED = [
    {"name": "ada.cf.example", "ipv4": "203.0.113.1"},
    {"name": "bob.cf.example", "ipv4": "203.0.113.2"},
]
CLOUDFLARE = {"backend": "cloudflare", "zone_id": "f" * 32, "nameservers": ASSIGNED}


def _file(folder: Path, parent: dict[str, Any], zone: dict[str, Any]) -> Path:
    document = {
        "parent": {"zone": "net.example", **parent},
        "nameservers": copy.deepcopy(SERVERS),
        "fallback_backend": "hetzner",
        "zones": [zone],
    }
    path = folder / "delegations.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def _told(folder: Path, parent: dict[str, Any], zone: dict[str, Any]) -> list[str]:
    path = _file(folder, parent, zone)
    with pytest.raises(InvalidInputError) as caught:
        read_delegations(path, "dns/delegations.yaml")
    lines = path.read_text().splitlines()
    told = []
    for problem in caught.value.problems:
        assert problem.place.file == "dns/delegations.yaml"
        assert problem.place.line is not None
        assert lines[problem.place.line - 1].strip()
        told.append(f"{problem.path}: {problem.what}. {problem.way_out}")
    return told


@pytest.mark.parametrize("name", list(PARENTS))
def test_every_parent_can_be_declared(tmp_path: Path, name: str) -> None:
    zone = signed(fallback=CLOUDFLARE, secondaries=[{"name": "ns.friend.example", "ipv4": "203.0.113.7"}])
    read = read_delegations(_file(tmp_path, PARENTS[name], zone))
    assert (read.parent.backend, read.parent.ttl) == (name, 300)


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (
            {"backend": "route53"},
            [
                "parent.backend: 'route53' is not accepted. Allowed is one of cloudflare, hetzner, rfc2136, manual"
            ],
        ),
        (
            {"backend": "rfc2136", "server": "192.0.2.9"},
            [
                (
                    "parent.key: key is missing. Add it: The name of the TSIG key (hmac-sha256); its secret stands"
                    " under this name in ffinfra:tsig."
                ),
            ],
        ),
    ],
)
def test_a_parent_that_is_not_understood(tmp_path: Path, parent: dict[str, Any], expected: list[str]) -> None:
    assert sorted(_told(tmp_path, parent, {"zone": "mesh.net.example"})) == sorted(expected)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (
            {"ds": [DS]},
            (
                "zones[0].ds: mesh.net.example has a DS but is not signed: validating resolvers would fail. "
                "Say signed: own and wait until all nameservers answer with signatures, or remove ds"
            ),
        ),
        (
            {"signed": "own", "ds": ["12345 13 2 nothex"]},
            (
                "zones[0].ds[0]: '12345 13 2 nothex' is not accepted. Allowed is key tag, algorithm, digest type and"
                " digest, as keymgr ZONE ds prints them after 'DS'"
            ),
        ),
        (
            {"primary": {"backend": "hetzner", "nameservers": ASSIGNED}},
            (
                "zones[0].primary: mesh.net.example has Hetzner DNS both at rest and as fallback. "
                "Choose another fallback: a zone of one name exists once at a provider"
            ),
        ),
        (
            {"fallback": {"backend": "cloudflare", "zone_id": "f" * 32}},
            (
                "zones[0].fallback.nameservers: nameservers of cloudflare is missing. "
                "List the nameservers that it has for this zone"
            ),
        ),
        (
            {"primary": CLOUDFLARE, "signed": "own"},
            (
                "zones[0].signed: mesh.net.example is held by Cloudflare, but only our own primary signs. "
                "Say signed: none, or primary: {backend: own}"
            ),
        ),
        (
            {"primary": CLOUDFLARE, "fallback": {"backend": "hetzner-secondary", "key": "hetzner"}},
            (
                "zones[0].fallback: mesh.net.example is held by Cloudflare, from which nobody can transfer. "
                "Use a fallback that is written by its API: hetzner or cloudflare"
            ),
        ),
        (
            {"secondaries": [{"name": "ns.friend.example"}]},
            "zones[0].secondaries[0]: ns.friend.example has no address. Give ipv4, ipv6 or both",
        ),
        (
            {"secondaries": [{"name": "ns1.provider.example", "ipv4": "203.0.113.7"}]},
            (
                "zones[0].secondaries[0].name: ns1.provider.example stands already at nameservers.fallback[0].name. "
                "Each needs one of its own"
            ),
        ),
        (
            {"fallback": {**CLOUDFLARE, "nameservers": [{"name": "a.mesh.net.example"}, ASSIGNED[0]]}},
            (
                "zones[0].fallback.nameservers[0].name: a.mesh.net.example lies under mesh.net.example, the zone it"
                " is to save. Use nameservers whose names do not depend on our own zones"
            ),
        ),
    ],
)
def test_holders_that_do_not_fit(tmp_path: Path, zone: dict[str, Any], expected: str) -> None:
    told = _told(tmp_path, PARENTS["cloudflare"], {"zone": "mesh.net.example", **zone})
    assert told == [expected]
