"""Declarations for the runbook: the sample's network, other delegations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ffinfra.dns.declared_zones import DeclaredZone
from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.master_file import ZoneFile, read_zone_text
from ffinfra.stack import Declarations, read_declarations

ROOT = Path(__file__).resolve().parents[2]
ZONE = """\
@ 600 IN SOA ns1 noc 1 14400 3600 1209600 600
@ 600 IN NS ns1
@ 600 IN NS ns2
ns1 600 IN A 192.0.2.1
ns2 600 IN A 192.0.2.2
@ 900 IN TXT "a`b <i>$(id)</i> | c"
"""


@cache
def sample() -> Declarations:
    """The declarations of this repository."""
    return read_declarations(ROOT)


def declarations(delegations: Delegations, text: str = ZONE) -> Declarations:
    """Declarations with one content for every zone."""
    zones = []
    for declaration in delegations.zones:
        read: ZoneFile = read_zone_text(text, declaration.origin)
        zones.append(DeclaredZone(declaration, read.zone, read))
    return Declarations(sample().network, delegations, tuple(zones))
