"""A project of a test's own: the sample's network, other zones and nameservers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]


def make_project(
    folder: Path, zones: Mapping[str, str], *, parent: str, own: Sequence[str], fallback: Sequence[str]
) -> Path:
    """Write a project.

    Args:
        folder: an empty folder of the test.
        zones: name without final dot -> master file.
        parent: the parent zone.
        own: addresses of own0.example, own1.example and so on.
        fallback: addresses of fb0.example and so on.
    """
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml"):
        shutil.copy(PROJECT / name, folder)
    (folder / "dns" / "zones").mkdir(parents=True)
    for zone, text in zones.items():
        (folder / "dns" / "zones" / f"{zone}.zone").write_text(text)
    document = {
        "parent": {"zone": parent, "backend": "cloudflare", "zone_id": "0" * 32, "ttl": 300},
        "nameservers": {
            "own": [{"name": f"own{at}.example", "ipv4": one} for at, one in enumerate(own)],
            "fallback": [{"name": f"fb{at}.example", "ipv4": one} for at, one in enumerate(fallback)],
        },
        "fallback_backend": "hetzner",
        "zones": [{"zone": zone} for zone in zones],
    }
    (folder / "dns" / "delegations.yaml").write_text(yaml.safe_dump(document))
    return folder
