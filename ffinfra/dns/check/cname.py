"""Following CNAME records inside one answer.

Source: https://github.com/zonemaster/zonemaster, DNSQueryAndResponseDefaults.md, "Extraction of DNS records".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dns.name import Name
from dns.rdtypes.ANY.CNAME import CNAME

LONGEST_CHAIN: Final = 9
"""CNAME records in one answer above which it is not believed."""


def chain_end(start: Name, records: Sequence[tuple[Name, CNAME]]) -> Name | None:
    """The last target of the chain that starts at a name and uses every record, or None if there is none.

    Duplicates are counted once. Two targets of one name, a loop, a record beside the chain and too many
    records make the answer unusable.
    """
    targets: dict[Name, Name] = {}
    for owner, rdata in records:
        if targets.setdefault(owner, rdata.target) != rdata.target:
            return None
    if len(targets) > LONGEST_CHAIN:
        return None
    name, steps = start, 0
    while name in targets and steps <= len(targets):
        name, steps = targets[name], steps + 1
    return name if steps == len(targets) else None
