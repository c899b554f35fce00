"""Waivers for projects of a test's own, whose nameservers are not those of the sample network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def own_nameservers_waived(*names: str) -> list[dict[str, object]]:
    """The network's own nameservers are those of the sample, whose addresses are not of this machine."""
    common = {
        "rule": "delegation-fits",
        "reason": "servers of this test alone",
        "owner": "alex",
        "expires": datetime.now(UTC).date() + timedelta(days=2),
    }
    return [{**common, "resources": one} for one in ("ns*.mesh.musterstadt.example", *names)]
