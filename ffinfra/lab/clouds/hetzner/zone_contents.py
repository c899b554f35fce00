"""What the RRsets of a zone must not be together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.hetzner.errors import invalid_input

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.rrset_model import Rrset
    from ffinfra.lab.clouds.hetzner.zones import RrsetKey


def checked_contents(rrsets: Mapping[RrsetKey, Rrset]) -> Mapping[RrsetKey, Rrset]:
    """The RRsets as they are.

    Raises:
        HetznerError: a CNAME beside other data (RFC 1034 section 3.6.2), or SOA below the apex.
    """
    aliases = {name for name, record_type in rrsets if record_type == "CNAME"}
    for name, record_type in rrsets:
        if record_type != "CNAME" and name in aliases:
            raise invalid_input({"name": [f"{name} has a CNAME; it cannot have {record_type} too"]})
        if record_type == "SOA" and name != "@":
            raise invalid_input({"name": ["only the apex has a SOA"]})
        if record_type == "DS" and name == "@":
            raise invalid_input({"name": ["the DS of a zone belongs into its parent"]})
    return rrsets
