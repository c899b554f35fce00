"""By which name a zone is shown that only its identifier names."""

from __future__ import annotations

import pytest

from ffinfra.report.affected import zone_name
from ffinfra.stack import Declarations
from tests.gate.rules.contexts import sample

HELD = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def declarations() -> Declarations:
    """The sample, one zone of which Cloudflare keeps warm."""
    found = sample()
    servers = [
        {"name": f"{name}.ns.cloudflare.example", "ipv4": f"203.0.113.{last}"}
        for name, last in (("ada", 231), ("bob", 232))
    ]
    fallback = {"backend": "cloudflare", "zone_id": HELD, "nameservers": servers}
    raw = found.delegations.model_dump(mode="json", exclude_unset=True)
    raw["zones"][1]["fallback"] = fallback
    return Declarations(found.network, type(found.delegations).model_validate(raw), found.zones)


def test_identifiers_at_cloudflare(declarations: Declarations) -> None:
    assert zone_name(HELD, declarations) == "mesh.musterstadt.example."
    assert zone_name("5f0c1d3a9b7e4c2d8a6b0e9f1c3d5a7b", declarations) == "musterstadt.example."
    assert zone_name("f" * 32, declarations) == "f" * 32
    assert zone_name("mesh.musterstadt.example.", declarations) == "mesh.musterstadt.example."
    assert zone_name(HELD, None) == HELD
