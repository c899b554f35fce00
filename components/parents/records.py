"""What a parent backend is given; each backend is one function that declares it."""

from __future__ import annotations

from dataclasses import dataclass

from ffinfra.dns.records import RRset


@dataclass(frozen=True, kw_only=True)
class ParentRecords:
    """What stands in the parent zone about one of our zones.

    Attributes:
        child: the delegated zone's name with the final dot.
        rrsets: NS, glue and DS.
    """

    child: str
    rrsets: tuple[RRset, ...]
